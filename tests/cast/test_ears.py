import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.ears import ear
from omote.cast.part import normals


def test_ears_are_mirrored(man: Actor) -> None:
    left, right = ear(man, -1, 7.0), ear(man, 1, 7.0)
    assert left.points[:, ::-1] * (-1, 1, 1) == pytest.approx(right.points)


@pytest.mark.parametrize("side", [-1, 1])
def test_an_ear_stands_off_the_side_of_the_head_and_faces_outwards(man: Actor, side: int) -> None:
    form = ear(man, side, 7.0)
    out = side * form.points[..., 0]
    assert 7.5 < out.max() < 10
    assert out.min() < 7
    assert 5 < np.ptp(form.points[..., 1]) < 7.5
    assert (side * normals(form.points)[3:12, ..., 0]).mean() > 0.4


def test_the_bowl_is_darker_than_the_rim(man: Actor) -> None:
    open_ = ear(man, 1, 7.0).open_
    assert open_[0].mean() < 0.5 < open_[12].mean()


def test_ears_are_no_face(man: Actor) -> None:
    assert ear(man, 1, 7.0).sheet.paint.texels[..., 4].max() == 0

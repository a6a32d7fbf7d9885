from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.bust import neck, torso
from omote.cast.part import normals
from omote.cast.scene import Backdrop


def test_the_neck_goes_with_the_head_above_and_with_the_body_below(man: Actor) -> None:
    form, moves = neck(man)
    assert moves[0].item() == 1
    assert moves[-1].item() == 0
    assert (np.diff(moves.ravel()) <= 0).all()
    assert form.points[0, 0, 1] > form.points[-1, 0, 1]
    assert (normals(form.points)[..., 2][:, 24] > 0).all()


def test_a_wide_jaw_has_a_strong_neck(man: Actor) -> None:
    slim, strong = (neck(replace(man, jaw_width=share))[0].points[9, :, 0].max() for share in (0.9, 1.1))
    assert strong > slim + 0.3


def test_clothes_belong_to_the_backdrop() -> None:
    one, again, other = torso(Backdrop(1)), torso(Backdrop(1)), torso(Backdrop(2))
    assert (one.points == again.points).all()
    assert (one.sheet.paint.texels == again.sheet.paint.texels).all()
    assert np.abs(one.sheet.paint.texels - other.sheet.paint.texels).max() > 0.05


def test_shoulders_are_wider_than_the_neck_and_lie_lower() -> None:
    points = torso(Backdrop(0)).points
    assert points[..., 0].max() == pytest.approx(22.3, abs=0.5)
    assert points[..., 1].max() < -10

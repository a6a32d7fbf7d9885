from dataclasses import replace

import numpy as np
import pytest

from omote.cast.actor import Actor
from omote.cast.expression import Rig
from omote.cast.grid import CHIN, CROWN, LIPS, net
from omote.cast.surface import heights, neutral, skull


@pytest.mark.parametrize("seed", range(6))
def test_heads_have_human_measures(seed: int) -> None:
    _, points = neutral(Actor.from_seed(seed))
    size = np.ptp(points.reshape(-1, 3), axis=0)
    assert 13.5 < size[0] < 18
    assert 19.5 < size[1] < 25.5
    assert 18 < size[2] < 25


def test_faces_are_symmetric(body: Rig) -> None:
    assert body.rest[:, ::-1] * (-1, 1, 1) == pytest.approx(body.rest, abs=1e-4)


def test_the_nose_is_what_stands_out_most(body: Rig) -> None:
    row, column = np.unravel_index(body.rest[..., 2].argmax(), body.rest.shape[:2])
    assert column == net().shape[1] // 2
    assert -4.8 < net().heights[row] < -3


def test_a_wide_jaw_widens_the_jaw_and_leaves_the_crown(man: Actor) -> None:
    grid = net()
    narrow, wide = (skull(replace(man, jaw_width=width), grid.heights, grid.angles) for width in (0.9, 1.1))
    grown = (wide - narrow)[..., 0].max(axis=1)
    assert grown[grid.mouth] > 0.8
    assert grown[grid.heights > 4].max() < 0.1


def test_heights_keep_pupils_and_brow_and_move_mouth_and_chin(man: Actor) -> None:
    marks = np.array([CROWN, 3, 0, LIPS, CHIN])
    short, long = (heights(replace(man, lower_face=share), marks) for share in (0.9, 1.1))
    assert short[:3] == pytest.approx(long[:3], abs=1e-5)
    assert long[4] < short[4] - 1
    assert long[3] < short[3]
    assert (np.diff(long) < 0).all()


def test_skin_does_not_fold_over_itself(body: Rig) -> None:
    assert (np.diff(body.rest[..., 1], axis=0) <= 1e-4).mean() > 0.995

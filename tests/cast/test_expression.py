import numpy as np
import pytest

from omote.cast.expression import HINGE, Rig, turn_jaw
from omote.cast.grid import net
from omote.cast.landmarks import Marks
from omote.cast.scene import Expression
from omote.core.types import Floats


def moved(body: Rig, spots: Marks, pose: Expression) -> Floats:
    return spots.on(body.posed(pose)) - spots.on(body.posed(Expression()))


def test_an_open_jaw_lowers_lower_lip_and_chin_only(body: Rig, spots: Marks) -> None:
    drop = moved(body, spots, Expression(jaw_open=1.0))[:, 1]
    assert drop[[8, 57, 66]].max() < -1.3
    assert drop[17:48] == pytest.approx(np.zeros(31), abs=1e-4)
    assert np.abs(drop[[51, 62]]).max() < 0.1


def test_closed_lips_touch_and_an_open_jaw_parts_them(body: Rig) -> None:
    row = net().mouth
    shut, wide = body.posed(Expression()), body.posed(Expression(jaw_open=1.0))
    assert shut[row] == pytest.approx(shut[row + 1])
    gap = wide[row, :, 1] - wide[row + 1, :, 1]
    assert gap.min() > -1e-4
    assert gap.max() > 1.5
    assert (gap > 0.01).sum() < 0.5 * len(gap)


def test_a_smile_pulls_the_corners_out_and_up(body: Rig, spots: Marks) -> None:
    move = moved(body, spots, Expression(smile=1.0))
    assert move[48, 0] < -0.4
    assert move[54, 0] > 0.4
    assert move[[48, 54], 1].min() > 0.2
    assert moved(body, spots, Expression(smile=-0.5))[[48, 54], 1].max() < -0.1


def test_corners_drawn_down_do_not_cross_the_lips(body: Rig) -> None:
    points, row = body.posed(Expression(smile=-0.5)), net().mouth
    assert (points[row, :, 1] - points[row + 1, :, 1]).min() > -1e-4


def test_a_pucker_narrows_and_protrudes(body: Rig, spots: Marks) -> None:
    move = moved(body, spots, Expression(pucker=1.0))
    assert move[54, 0] < -0.4
    assert move[51, 2] > 0.3


def test_brows_are_raised(body: Rig, spots: Marks) -> None:
    move = moved(body, spots, Expression(brow_raise=1.0))
    assert move[17:27, 1].mean() > 0.25
    assert move[48:, 1] == pytest.approx(np.zeros(20), abs=1e-3)


def test_each_eye_blinks_by_itself(body: Rig, spots: Marks) -> None:
    shut = spots.on(body.posed(Expression(blink_left=1.0)))
    assert shut[[43, 44], 1] == pytest.approx(shut[[47, 46], 1], abs=0.06)
    assert (shut[[37, 38], 1] - shut[[41, 40], 1]).min() > 0.3


def test_posing_leaves_the_resting_face_alone(body: Rig) -> None:
    before = body.rest.copy()
    body.posed(Expression(jaw_open=1.0, smile=1.0, blink_left=1.0))
    assert (body.rest == before).all()


def test_the_hinge_stays() -> None:
    at = np.array([HINGE], np.float32)
    assert turn_jaw(at, 1.0) == pytest.approx(at)
    assert turn_jaw(at + 3, 0.0) == pytest.approx(at + 3)

import numpy as np
import pytest

from omote.cast.camera import project, turn
from omote.cast.expression import Rig
from omote.cast.landmarks import Marks
from omote.cast.scene import Scene
from omote.cast.take import PITCH, ROLL, YAW, take
from omote.core.types import Floats

LONG = take(2, 500)


def column(scenes: tuple[Scene, ...], part: str, name: str) -> Floats:
    return np.array([getattr(getattr(scene, part), name) for scene in scenes], np.float32)


def test_a_longer_take_begins_with_the_shorter_one() -> None:
    assert take(5, 40)[:25] == take(5, 25)
    assert take(5, 1)[0] == take(5, 25)[0]


def test_takes_differ() -> None:
    assert take(5, 1) != take(6, 1)
    assert np.abs(column(take(5, 50), "pose", "yaw") - column(take(6, 50), "pose", "yaw")).max() > 3


def test_a_take_shows_much_of_a_face() -> None:
    yaw, pitch, roll = (column(LONG, "pose", name) for name in ("yaw", "pitch", "roll"))
    assert np.abs(yaw).max() <= YAW
    assert np.abs(pitch).max() <= PITCH
    assert np.abs(roll).max() <= ROLL
    assert np.ptp(yaw) > YAW
    assert np.ptp(pitch) > PITCH
    assert column(LONG, "expression", "jaw_open").max() > 0.3
    assert column(LONG, "expression", "smile").max() > 0.3
    assert np.ptp(column(LONG, "expression", "gaze_x")) > 0.4


def test_blinks_last_several_frames() -> None:
    shut = column(LONG, "expression", "blink_left")
    closed = np.flatnonzero(np.diff(np.concatenate([[0], shut > 0.3, [0]]).astype(int)))
    lengths = closed[1::2] - closed[::2]
    assert len(lengths) >= 3
    assert lengths.min() >= 4
    assert shut.max() > 0.95


def test_nothing_jumps(body: Rig, spots: Marks) -> None:
    seen = []
    for scene in LONG[:75]:
        points = spots.on(body.posed(scene.expression)) @ turn(scene.pose).T
        seen.append(project(points, scene.place, 480, 360)[:, :2])
    head = 0.58 * 360
    assert np.linalg.norm(np.diff(seen, axis=0), axis=2).max() < 0.05 * head
    assert np.abs(np.diff(column(LONG, "light", "azimuth"))).max() < 1


def test_the_backdrop_stays() -> None:
    assert {scene.backdrop for scene in LONG} == {LONG[0].backdrop}


def test_time_runs_by_the_rate() -> None:
    assert take(3, 4, fps=50)[2] == take(3, 2, fps=25)[1]


def test_a_calmer_take_turns_the_head_less_and_plays_the_same() -> None:
    wide, calm = take(2, 50), take(2, 50, turning=0.5)
    for name in ("yaw", "pitch", "roll"):
        np.testing.assert_allclose(column(calm, "pose", name), column(wide, "pose", name) / 2, rtol=1e-6)
    np.testing.assert_array_equal(column(calm, "expression", "jaw_open"), column(wide, "expression", "jaw_open"))


def test_turning_further_than_the_widest_is_refused() -> None:
    with pytest.raises(ValueError, match="share of 0 to 1"):
        take(0, 5, turning=1.5)


@pytest.mark.parametrize(("frames", "fps"), [(0, 25), (5, 0)])
def test_an_empty_take_is_refused(frames: int, fps: float) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        take(0, frames, fps)

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.camera import project
from omote.cast.figure import figure
from omote.cast.scene import Expression, Scene
from omote.cast.take import take
from omote.core.types import Floats, Pose
from omote.evaluation.manner import Faces, correlation, expression_errors, gaps, manner, pose_errors, pose_offset

SCENES = take(3, 150, turning=0.4)[::10]
STRETCH = np.arange(len(SCENES)) // 5


def marks(actor: int, scenes: Sequence[Scene] = SCENES) -> Floats:
    """The true points of an actor who plays scenes."""
    played = (play(figure(Actor.from_seed(actor), scene.backdrop), scene) for scene in scenes)
    return np.stack([
        project(each.marks, scene.place, 480, 360)[:, :2] for each, scene in zip(played, scenes, strict=True)
    ]).astype(np.float32)  # fmt: skip


PLATE, TRUE_SWAP = marks(3), marks(27)


def turned(yaw: float, swing: float) -> list[Scene]:
    """The scenes with the head turned further: by so much in all of them, and by so much more or less in turn."""
    return [
        replace(scene, pose=Pose(scene.pose.yaw + yaw + swing * (-1) ** n, scene.pose.pitch, scene.pose.roll))
        for n, scene in enumerate(SCENES)
    ]


def said(expressions: Sequence[Expression]) -> list[Scene]:
    return [replace(scene, expression=each) for scene, each in zip(SCENES, expressions, strict=True)]


def told(result: Floats) -> dict[str, float]:
    return {each.name: each.value for each in manner(Faces(PLATE, result, STRETCH))}


def test_the_same_face_does_just_the_same() -> None:
    found = told(PLATE)
    assert len(found) == 9
    for name, value in found.items():
        assert value == pytest.approx(1 if "correlation" in name else 0, abs=1e-4), name


def test_another_face_that_does_the_same_is_nearer_than_the_same_one_that_does_something_else() -> None:
    swap, other = told(TRUE_SWAP), told(marks(3, take(8, 150, turning=0.4)[::10]))
    for name, value in swap.items():
        if "correlation" in name:
            assert value > 0.9 > 0.5 > other[name], name
        elif name != "pose offset":
            assert value < other[name] / 2, name


def test_the_pose_error_grows_with_the_turn_of_the_head() -> None:
    errors = [float(pose_errors(Faces(PLATE, marks(3, turned(0, swing)), STRETCH)).mean()) for swing in (0, 4, 8, 12)]
    # The head by which poses are read is less deep than this one, so its turns look larger, by a third.
    assert errors == pytest.approx([0, 5.3, 10.7, 16], rel=0.1, abs=1e-4)


def test_a_turn_of_all_frames_is_told_apart_as_the_offset() -> None:
    faces = Faces(PLATE, marks(3, turned(10, 0)), STRETCH)
    assert pose_offset(faces) == pytest.approx([13.3, 0, 0], abs=1)  # by a third, as above
    assert pose_errors(faces).mean() < 1.5


def test_a_mouth_that_stays_shut_is_found_in_the_mouth_alone() -> None:
    silent = marks(3, said([replace(scene.expression, jaw_open=0.0, pucker=0.0, smile=0.0) for scene in SCENES]))
    faces = Faces(PLATE, silent, STRETCH)
    mouth, eyes, brows = (float(expression_errors(faces, part).mean()) for part in ("mouth", "eyes", "brows"))
    assert mouth > 3 * max(eyes, brows)
    plate, result = gaps(faces, "mouth")
    assert np.ptp(result) < 0.1 * np.ptp(plate)


def test_eyes_that_do_not_blink_are_found_in_the_eyes() -> None:
    shut, open_ = (
        marks(3, said([replace(scene.expression, blink_right=blink, blink_left=blink) for scene, blink in each]))
        for each in (zip(SCENES, [0.0, 0.7] * 10, strict=False), zip(SCENES, [0.0] * 20, strict=False))
    )
    found = {each.name: each.value for each in manner(Faces(shut, open_, STRETCH))}
    assert found["expression error: eyes"] > 3 * found["expression error: mouth"]
    assert found["eyes openness: error"] > 1.5
    assert found["eyes openness: correlation"] < 0.5 < 0.95 < found["mouth openness: correlation"]


def test_what_does_not_move_has_no_correlation_and_nobody_no_manner() -> None:
    assert np.isnan(correlation(np.ones(4), np.arange(4.0)))
    still = np.repeat(PLATE[:1], len(PLATE), 0)
    assert not any("correlation" in name for name in told(still))
    assert manner(Faces(PLATE[:0], PLATE[:0], STRETCH[:0])) == []
    with pytest.raises(ValueError, match="68 points"):
        Faces(PLATE, PLATE[1:], STRETCH)


def test_the_bounds_of_a_correlation_hold_it_and_need_two_stretches() -> None:
    noisy = PLATE + np.random.default_rng(0).normal(0, 1.5, PLATE.shape).astype(np.float32)
    (found,) = (each for each in manner(Faces(PLATE, noisy, STRETCH)) if each.name == "mouth openness: correlation")
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high <= 1
    (alone,) = (each for each in manner(Faces(PLATE, noisy, STRETCH * 0)) if each.name == found.name)
    assert (alone.value, alone.low, alone.high) == (found.value, None, None)


def test_figures_of_frames_have_a_spread_over_them_and_a_correlation_has_none() -> None:
    faces = Faces(PLATE, TRUE_SWAP, STRETCH)
    found = {each.name: each for each in manner(faces)}
    assert all((each.spread is None) == ("correlation" in name) for name, each in found.items())
    assert found["pose error"].spread == pytest.approx(float(pose_errors(faces).std()))

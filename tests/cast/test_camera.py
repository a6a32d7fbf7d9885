import numpy as np
import pytest

from omote.cast.camera import HEAD, project, turn
from omote.cast.scene import Place
from omote.core.types import Pose

NOSE = np.array([[0.0, 0.0, 12.0]], np.float32)
TOP = np.array([[0.0, 10.0, 0.0]], np.float32)


def seen(points: np.ndarray, pose: Pose) -> tuple[float, float]:
    x, y, _ = project(points @ turn(pose).T, Place(0.5, 0.5), 400, 300)[0]
    return float(x), float(y)


def test_turns_keep_lengths() -> None:
    rotation = turn(Pose(31, -12, 7))
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-6)
    assert np.linalg.det(rotation) == pytest.approx(1)


def test_signs_of_the_pose() -> None:
    assert seen(NOSE, Pose(20, 0, 0))[0] > 220
    assert seen(NOSE, Pose(0, 10, 0))[1] < 140
    assert seen(TOP, Pose(0, 0, 10))[0] > 210


def test_yaw_and_pitch_are_where_the_nose_points() -> None:
    x, y, z = (turn(Pose(25, 12, 0)) @ NOSE[0]) / 12
    assert np.degrees(np.arctan2(x, z)) == pytest.approx(25, abs=1e-3)
    assert np.degrees(np.arcsin(y)) == pytest.approx(12, abs=1e-3)


def test_the_place_is_where_it_says() -> None:
    place = Place(0.25, 0.75, 0.5)
    middle, up = project(np.array([[0, 0, 0], [0, HEAD / 2, 0]], np.float32), place, 400, 300)
    assert middle[:2] == pytest.approx([100, 225])
    assert middle[1] - up[1] == pytest.approx(0.5 * 0.5 * 300)


def test_what_is_near_looks_large() -> None:
    near, far = project(np.array([[5, 0, 10], [5, 0, -10]], np.float32), Place(0.5, 0.5), 400, 300)
    assert near[0] > far[0] > 200
    assert near[2] > far[2]

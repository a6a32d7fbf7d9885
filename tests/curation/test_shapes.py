from dataclasses import replace

import numpy as np
import pytest

from omote.alignments.record import FaceRecord
from omote.cast.acting import play
from omote.cast.actor import Actor
from omote.cast.camera import project
from omote.cast.figure import figure
from omote.cast.take import take
from omote.core.types import Floats, Pose
from omote.curation.shapes import distances

TURNS = 400


@pytest.fixture(scope="module")
def views() -> list[tuple[Floats, Pose]]:
    """True points and poses of three actors who turn their heads."""
    seen = []
    for seed in (1, 2, 3):
        for scene in take(seed, TURNS)[:: TURNS // 20]:
            marks = play(figure(Actor.from_seed(seed), scene.backdrop), scene).marks
            seen.append((project(marks, scene.place, 480, 360)[:, :2].astype(np.float32), scene.pose))
    return seen


@pytest.fixture
def faces(views: list[tuple[Floats, Pose]], face: FaceRecord) -> list[FaceRecord]:
    return [replace(face, landmarks=points, pose=pose) for points, pose in views]


def worst(faces: list[FaceRecord], count: int) -> set[int]:
    return set(np.argsort(distances(faces))[-count:].tolist())


def test_displaced_points_stand_out_though_heads_turn(faces: list[FaceRecord]) -> None:
    rng = np.random.default_rng(1)
    spoiled = set(rng.choice(len(faces), 6, replace=False).tolist())
    for place in spoiled:
        points = faces[place].landmarks.copy()
        points[48:] += rng.choice([-1, 1], 2) * 0.25 * np.linalg.norm(points[36] - points[45])  # the mouth
        faces[place] = replace(faces[place], landmarks=points.astype(np.float32))
    assert worst(faces, 6) == spoiled


def test_the_farther_the_points_the_farther_the_face(faces: list[FaceRecord]) -> None:
    rng, before = np.random.default_rng(2), distances(faces)[7]
    off = rng.normal(0, 1, (68, 2))
    for amount in (2, 4, 8):
        faces[7] = replace(faces[7], landmarks=(faces[7].landmarks + amount * off).astype(np.float32))
        assert distances(faces)[7] > before + amount / 2
        before = distances(faces)[7]


def test_turned_heads_are_not_far(faces: list[FaceRecord]) -> None:
    far = distances(faces)
    turned = np.array([abs(face.pose.yaw) > 20 for face in faces])
    assert 5 < turned.sum() < 55
    assert far[turned].mean() < 1.3 * far[~turned].mean()


def test_any_number_of_faces_will_do(faces: list[FaceRecord]) -> None:
    assert distances([]).shape == (0,)
    assert 0 < distances(faces[:1])[0] < 10
    same = [faces[0]] * 5
    np.testing.assert_allclose(distances(same), distances(same)[0])

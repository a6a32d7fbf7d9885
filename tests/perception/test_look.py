from pathlib import Path

import numpy as np
import pytest

from omote.cast.render import Shot
from omote.imaging.landmarks import eye_distance
from omote.media.source import open_source
from omote.perception.config import LookConfig
from omote.perception.look import Looker


@pytest.fixture(scope="module")
def looker() -> Looker:
    return Looker(LookConfig())


def test_a_drawn_face_is_found_whole(looker: Looker, shots: list[Shot]) -> None:
    for shot in shots:
        (face,) = looker.look(shot.rgb)
        error = np.linalg.norm((face.landmarks - shot.landmarks)[17:], axis=1).mean()
        assert error < 0.09 * eye_distance(shot.landmarks)
        assert face.pose.yaw == pytest.approx(shot.pose.yaw, abs=12)
        assert face.pose.roll == pytest.approx(shot.pose.roll, abs=4)
        assert face.sharpness > 20


def test_the_largest_face_comes_first(looker: Looker, shots: list[Shot]) -> None:
    small = shots[3].rgb[::2, ::2]
    both = np.hstack([np.pad(small, ((0, 180), (0, 0), (0, 0)), mode="edge"), shots[0].rgb])
    first, second = looker.look(both)
    assert eye_distance(first.landmarks) > 1.5 * eye_distance(second.landmarks)
    assert first.landmarks[:, 0].mean() > second.landmarks[:, 0].mean()


def test_small_faces_are_dropped_when_asked(shots: list[Shot]) -> None:
    assert Looker(LookConfig(min_size=300)).look(shots[0].rgb) == []


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_turned_picture_is_found_when_asked(looker: Looker, shots: list[Shot], quarter: int) -> None:
    shot = shots[0]
    turned = np.ascontiguousarray(np.rot90(shot.rgb, quarter))
    (face,) = Looker(LookConfig(rotate=True)).look(turned)
    points = shot.landmarks
    height, width = shot.rgb.shape[:2]
    for _ in range(quarter):
        points = np.stack([points[:, 1], width - points[:, 0]], 1)
        height, width = width, height
    assert np.linalg.norm((face.landmarks - points)[17:], axis=1).mean() < 0.09 * eye_distance(shot.landmarks)
    assert abs(face.pose.roll) > 60


@pytest.mark.footage
def test_real_faces_are_counted_right(looker: Looker, footage: Path) -> None:
    for name, count in (("multi/two_people.jpg", 2), ("multi/six_people.jpg", 6), ("none/grass.jpg", 0)):
        (frame,) = open_source(footage / "stills" / name).frames()
        assert len(looker.look(frame.rgb)) == count

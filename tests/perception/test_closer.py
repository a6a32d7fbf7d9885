import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection, Floats, Picture
from omote.imaging.landmarks import five_points
from omote.perception.centerface import CenterFace
from omote.perception.closer import CloserLook, quarter_of


@pytest.fixture(scope="module")
def closer() -> CloserLook:
    return CloserLook(CenterFace(0.3), 0.5)


def claimed(points: Floats, score: float) -> Detection:
    """A detection of the face that has these five points, with a box around it."""
    middle, reach = points.mean(0), 1.3 * np.ptp(points, axis=0).max()
    return Detection(np.concatenate([middle - reach, middle + reach]).astype(np.float32), score, points)


def test_a_certain_face_stands_as_it_is(closer: CloserLook, picture: Picture, shots: list[Shot]) -> None:
    face = claimed(five_points(shots[0].landmarks), 0.8)
    assert closer.settled(picture, [face]) == [face]


def test_of_doubtful_ones_the_faces_stand_and_nothing_else(closer: CloserLook, shots: list[Shot]) -> None:
    points = five_points(shots[0].landmarks)
    upright, elsewhere = claimed(points, 0.45), claimed(points * np.float32(0.3), 0.7)
    (face,) = closer.settled(shots[0].rgb, [elsewhere, upright])
    assert 0.5 <= face.score == pytest.approx((0.45 + 0.9) / 2, abs=0.08)
    size = np.linalg.norm(points[0] - points[1])
    assert np.linalg.norm(face.points - points, axis=1).mean() < 0.15 * size


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_face_on_its_side_is_seen_upright(closer: CloserLook, shots: list[Shot], quarter: int) -> None:
    shot, points = shots[0], five_points(shots[0].landmarks)
    height, width = shot.rgb.shape[:2]
    for _ in range(quarter):
        points, (height, width) = np.stack([points[:, 1], width - points[:, 0]], 1), (width, height)
    assert quarter_of(points) == 4 - quarter
    blurred = points + (points.mean(0) - points) * 0.2  # as a detector places them that sees it on its side
    (face,) = closer.settled(np.ascontiguousarray(np.rot90(shot.rgb, quarter)), [claimed(blurred, 0.95)])
    size = np.linalg.norm(points[0] - points[1])
    assert np.linalg.norm(face.points - points, axis=1).mean() < 0.15 * size


def test_any_number_of_faces_is_looked_at_each_in_its_place(closer: CloserLook, shots: list[Shot]) -> None:
    row = np.hstack([shots[0].rgb] * 11)
    points, width = five_points(shots[0].landmarks), shots[0].rgb.shape[1]
    true = [points + np.array([number * width, 0], np.float32) for number in range(11)]
    found = closer.settled(row, [claimed(five, 0.5) for five in true])
    assert [round(float(face.points[:, 0].mean()) // width) for face in found] == list(range(11))
    assert closer.settled(row, []) == []

import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.geometry import inverse, transform
from omote.imaging.landmarks import five_points
from omote.perception.surroundings import face_side, surroundings


def test_the_part_is_the_picture_s_own_pixels_around_the_face(picture: Picture, landmarks: Floats) -> None:
    five = five_points(landmarks)
    part, matrix = surroundings(picture, (five * 0.3).astype(np.float32), 1.2)
    left, top = np.round(transform(np.zeros((1, 2)), inverse(matrix))[0]).astype(int)
    assert 50 < part.shape[0] < picture.shape[0]
    assert np.array_equal(part, picture[top : top + part.shape[0], left : left + part.shape[1]])


@pytest.mark.parametrize("angle", [0, 45, 130])
def test_the_whole_face_is_there_however_it_leans(landmarks: Floats, angle: float) -> None:
    turn = np.exp(1j * np.radians(angle))
    linear = np.array([[turn.real, -turn.imag, 1000], [turn.imag, turn.real, 1000]])
    points = transform(landmarks - landmarks.mean(0), linear)
    part, matrix = surroundings(np.zeros((2000, 2000, 3), np.uint8), five_points(points), 1.2)
    inside = transform(points, matrix)
    assert inside.min() > 0
    assert (inside.max(0) < part.shape[1::-1]).all()


def test_a_large_face_is_made_smaller_and_points_keep_their_colour(picture: Picture, landmarks: Floats) -> None:
    large = np.repeat(np.repeat(picture, 10, 0), 10, 1)
    points = landmarks * 10  # a mean face of 1000 px: 4 x 4 pixels become one
    part, matrix = surroundings(large, five_points(points), 1.2)
    assert face_side(transform(five_points(points), matrix)) == pytest.approx(250, abs=0.1)
    for x, y in np.floor(transform(points, matrix)).astype(int):
        before = transform([(x + 0.5, y + 0.5)], inverse(matrix))[0]
        assert np.abs(part[y, x].astype(int) - large[int(before[1]), int(before[0])]).max() <= 12


@pytest.mark.parametrize("away", [(-900, 0), (0, 900), (900, -900)])
def test_a_face_outside_still_has_a_pixel(picture: Picture, landmarks: Floats, away: tuple[float, float]) -> None:
    part, matrix = surroundings(picture, five_points(landmarks + np.array(away, np.float32)), 1.2)
    assert min(part.shape) >= 1
    assert np.isfinite(matrix).all()


def test_the_side_of_a_face_is_that_of_the_mean_face(landmarks: Floats) -> None:
    assert face_side(five_points(landmarks)) == pytest.approx(100, abs=0.1)
    with pytest.raises(ValueError, match="coincide"):
        face_side(np.ones((5, 2), np.float32))

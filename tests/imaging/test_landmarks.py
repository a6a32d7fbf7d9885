import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.landmarks import MEAN_FACE, eye_distance, five_points


def test_the_mean_face_is_symmetric_about_its_nose() -> None:
    mirrored = MEAN_FACE * (-1, 1) + (1, 0)
    nearest = np.linalg.norm(mirrored[:, None] - MEAN_FACE, axis=2).min(1)
    assert nearest.max() < 1e-3
    np.testing.assert_allclose(MEAN_FACE[10:14, 0], 0.5, atol=1e-6)


def test_five_points_lie_in_the_features(landmarks: Floats) -> None:
    right_eye, left_eye, nose, right_mouth, left_mouth = five_points(landmarks)
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_eye[1] == pytest.approx(left_eye[1], abs=0.1)
    assert right_eye[1] < nose[1] < right_mouth[1]
    assert right_mouth[0] < left_mouth[0]


def test_eye_distance_is_between_the_outer_corners(landmarks: Floats) -> None:
    assert eye_distance(landmarks) == pytest.approx(100 * (0.868389 - 0.131610), abs=0.1)

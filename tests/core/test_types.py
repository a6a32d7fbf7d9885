import numpy as np
import pytest

from omote.core.types import Detection, FaceMask, Frame


def test_a_frame_refuses_what_is_no_rgb_picture() -> None:
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4, 3), np.float32))


def test_a_detection_refuses_points_of_another_shape() -> None:
    with pytest.raises(ValueError, match="points"):
        Detection(np.zeros(4, np.float32), 1.0, np.zeros((4, 2), np.float32))


def test_a_mask_is_square_and_of_a_known_crop() -> None:
    matrix, pixels = np.eye(2, 3), np.zeros((8, 8), np.uint8)
    assert FaceMask(matrix, "face", pixels).pixels is pixels
    with pytest.raises(ValueError, match="pixels must be uint8"):
        FaceMask(matrix, "face", np.zeros((8, 9), np.uint8))
    with pytest.raises(ValueError, match="pixels must be uint8"):
        FaceMask(matrix, "face", np.zeros((8, 8), np.float32))
    with pytest.raises(ValueError, match="matrix must be float64"):
        FaceMask(matrix.astype(np.float32), "face", pixels)
    with pytest.raises(ValueError, match="centering must be"):
        FaceMask(matrix, "tight", pixels)

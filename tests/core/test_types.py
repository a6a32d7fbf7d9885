import numpy as np
import pytest

from omote.core.types import Detection, FaceMask, Frame, Region


def test_a_frame_refuses_what_is_no_rgb_picture() -> None:
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="rgb must be uint8"):
        Frame(0, 0, "a", np.zeros((4, 4, 3), np.float32))


def test_a_frame_is_eight_or_sixteen_bits_deep_and_its_alpha_with_it() -> None:
    deep, flat = np.zeros((4, 6, 3), np.uint16), np.zeros((4, 6, 3), np.uint8)
    assert Frame(0, 0, "a", deep, np.zeros((4, 6), np.uint16)).rgb.dtype == np.uint16
    for rgb, alpha in ((deep, np.zeros((4, 6), np.uint8)), (flat, np.zeros((6, 4), np.uint8)), (flat, flat)):
        with pytest.raises(ValueError, match="alpha must be"):
            Frame(0, 0, "a", rgb, alpha)


def test_a_region_is_cut_at_the_picture_and_may_be_empty() -> None:
    assert Region(-4, 3, 21, 11).within(15, 220) == Region(0, 3, 15, 11)
    assert Region(300, 10, 320, 30).within(240, 220).width == 0


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

import numpy as np
import pytest

from omote.core.types import Floats, Region
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import transform
from omote.imaging.laying import laid
from omote.imaging.masks import face_mask


@pytest.mark.parametrize("size", [40, 128, 512])
def test_a_mask_lies_where_it_would_in_the_whole_picture(landmarks: Floats, size: int) -> None:
    matrix = crop_matrix(landmarks, size, "face")
    mask = np.round(face_mask(transform(landmarks, matrix), size, size) * 255).astype(np.uint8)
    region, shown = laid(mask, matrix, 240, 220)
    whole = np.zeros((220, 240), np.uint8)
    region.of(whole)[:] = shown
    truth = face_mask(landmarks, 240, 220) > 0.5
    assert ((whole > 127) & truth).sum() / ((whole > 127) | truth).sum() > 0.97
    assert shown.shape == (region.height, region.width)


def test_it_is_cut_off_at_the_picture_s_edge() -> None:
    white = np.full((10, 10), 255, np.uint8)
    region, shown = laid(white, np.array([[1.0, 0, 5], [0, 1, 5]]), 100, 100)
    assert region == Region(0, 0, 5, 5)
    np.testing.assert_array_equal(shown, 255)


@pytest.mark.parametrize("matrix", [[[1.0, 0, 900], [0, 1, 900]], [[900.0, 0, 0], [0, 900, 0]]])
def test_what_is_outside_or_too_small_is_nowhere(matrix: list[list[float]]) -> None:
    region, shown = laid(np.full((8, 8), 255, np.uint8), np.array(matrix), 100, 100)
    assert (region.width, region.height, shown.shape) == (0, 0, (0, 0))

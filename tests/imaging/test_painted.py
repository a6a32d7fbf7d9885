from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from omote.imaging.painted import painted_mask


@pytest.fixture
def disc() -> npt.NDArray[np.uint8]:
    y, x = np.mgrid[0:64, 0:64]
    return np.where(np.hypot(x - 30, y - 34) < 20, 255, 0).astype(np.uint8)


def encoded(picture: npt.NDArray[Any], suffix: str = ".png") -> bytes:
    return bytes(cv2.imencode(suffix, picture)[1])


def test_white_is_face_in_grey_and_in_colour(disc: npt.NDArray[np.uint8]) -> None:
    for picture in (disc, np.dstack([disc] * 3), np.dstack([disc, disc, disc, np.full_like(disc, 255)])):
        found = painted_mask(encoded(picture))
        assert found is not None
        np.testing.assert_array_equal(found, disc)
    found = painted_mask(encoded(disc.astype(np.uint16) * 257))
    assert found is not None
    np.testing.assert_array_equal(found, disc)


def test_jpeg_is_read_within_its_noise(disc: npt.NDArray[np.uint8]) -> None:
    found = painted_mask(encoded(disc, ".jpg"))
    assert found is not None
    np.testing.assert_array_equal(found > 127, disc > 127)


def test_alpha_counts_where_it_says_something(disc: npt.NDArray[np.uint8]) -> None:
    black = np.zeros_like(disc)
    found = painted_mask(encoded(np.dstack([black, black, black, disc])))
    assert found is not None
    np.testing.assert_array_equal(found, disc)
    nothing = painted_mask(encoded(np.dstack([disc, disc, disc, black])))
    assert nothing is not None
    assert not nothing.any()


def test_what_is_no_picture_gives_none() -> None:
    assert painted_mask(b"") is None
    assert painted_mask(b"no picture") is None

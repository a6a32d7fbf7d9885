import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.geometry import similarity, transform
from omote.imaging.landmarks import five_points

pytest.importorskip("uniface", reason="the extra omote[models] is not installed")

from omote.perception.uniface_chips import CHIP, FIVE, bgr, chip


def test_blue_comes_first(picture: Picture) -> None:
    assert np.array_equal(bgr(picture)[..., 0], picture[..., 2])
    assert bgr(picture).flags.c_contiguous


def test_a_chip_shows_each_place_of_the_picture_where_it_belongs(picture: Picture, landmarks: Floats) -> None:
    """Red rises with x and green with y, one a pixel, so that a chip's colours say where each of its pixels is from."""
    y, x = np.mgrid[0:CHIP, 0:CHIP] + 0.5
    back = similarity(FIVE, five_points(landmarks))
    origin = transform(np.stack([x, y], 2).reshape(-1, 2), back).reshape(CHIP, CHIP, 2)
    shown = chip(picture, landmarks)
    assert shown[..., 2] == pytest.approx(np.maximum(origin[..., 0] - 0.5, 0), abs=1.1)
    assert shown[..., 1] == pytest.approx(np.maximum(origin[..., 1] - 0.5, 0), abs=1.1)


def test_the_places_are_those_of_the_library(picture: Picture) -> None:
    """The library's own alignment, given points as it counts them, cuts the same chip."""
    from uniface.face_utils import face_alignment

    points = np.array([[95, 85], [130, 86], [112, 105], [100, 125], [126, 126]], np.float32)
    theirs, _ = face_alignment(bgr(picture), points - np.float32(0.5), image_size=CHIP)
    whole = np.zeros((68, 2), np.float32)
    whole[36:42], whole[42:48], whole[30], whole[48], whole[54] = points
    assert chip(picture, whole).astype(int) == pytest.approx(theirs.astype(int), abs=3)

import cv2
import numpy as np
import pytest

from omote.core.types import Picture
from omote.imaging.pictures import decode, encode_deep_png, encode_jpeg, encode_png, sheet, side_by_side


def test_png_goes_round_exactly_and_jpeg_nearly(picture: Picture) -> None:
    exact, near = decode(encode_png(picture)), decode(encode_jpeg(picture))
    assert exact is not None
    assert near is not None
    assert np.array_equal(exact, picture)
    assert np.abs(near.astype(int) - picture).mean() < 3


@pytest.mark.parametrize("data", [b"", b"no picture", encode_png(np.zeros((9, 9, 3), np.uint8))[:40]])
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert decode(data) is None


def test_a_sheet_lays_pictures_out_under_captions() -> None:
    colours = [[np.full((8, 8, 3), row * 50 + column * 20, np.uint8) for column in range(3)] for row in range(2)]
    drawn = sheet(colours, ("A", "A > A", "A > B"), 32)
    assert drawn.shape == (18 + 64, 96, 3)
    for row in range(2):
        for column in range(3):
            assert (
                drawn[18 + row * 32 : 50 + row * 32, column * 32 : column * 32 + 32] == row * 50 + column * 20
            ).all()
    assert drawn[:18].max() > 200


def test_side_by_side_keeps_the_pictures(picture: Picture) -> None:
    both = side_by_side([picture, picture], ["before", "after"])
    assert both.shape == (220, 480, 3)
    assert np.array_equal(both[40:, :240], picture[40:])
    assert not np.array_equal(both[:40, :240], picture[:40])


@pytest.mark.parametrize("shape", [(6, 9, 3), (6, 9)])
def test_a_deep_png_keeps_all_16_bits(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 65536, shape, np.uint16)
    found = cv2.imdecode(np.frombuffer(encode_deep_png(picture), np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    np.testing.assert_array_equal(found if found.ndim == 2 else found[..., ::-1], picture)

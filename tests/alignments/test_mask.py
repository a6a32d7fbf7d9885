import zlib

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.core.errors import AlignmentsError

MAP = np.array([[2.0, 0, 1], [0, 2, 3]])


def test_what_is_packed_comes_out() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16), np.uint8)
    mask = MaskRecord.pack(pixels, MAP, "face")
    np.testing.assert_array_equal(mask.pixels(), pixels)
    assert mask.size == 16


@pytest.mark.parametrize("packed", [b"", b"no zlib", zlib.compress(bytes(10)), zlib.compress(bytes(10_000_000))])
def test_a_forged_mask_is_refused_and_fills_no_memory(packed: bytes) -> None:
    with pytest.raises(AlignmentsError, match="mask"):
        MaskRecord(4, "head", MAP, packed).pixels()


def test_shapes_are_checked_at_birth() -> None:
    for size, centering, matrix in (
        (0, "face", MAP),
        (10**9, "face", MAP),
        (8, "chin", MAP),
        (8, "face", MAP * np.nan),
        (8, "face", MAP * 0),
        (8, "face", MAP * 1e-7),
        (8, "face", MAP * 1e7),
        (8, "face", MAP * [[1, 1, 1], [50, 50, 1]]),
        (8, "face", MAP[:, :2]),
    ):
        with pytest.raises(ValueError, match="a mask"):
            MaskRecord(size, centering, matrix, b"")

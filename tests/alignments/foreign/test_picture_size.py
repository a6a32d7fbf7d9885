import struct

import numpy as np
import pytest

from omote.alignments.foreign.picture_size import decode_small, jpeg_segments, picture_size
from omote.core.types import Picture
from omote.imaging.pictures import encode_jpeg, encode_png


def test_the_size_is_told_and_the_picture_decoded(picture: Picture) -> None:
    for data in (encode_png(picture), encode_jpeg(picture)):
        assert picture_size(data) == (240, 220)
    np.testing.assert_array_equal(decode_small(encode_png(picture)), picture)
    assert {0xDB, 0xC0} <= {marker for marker, _ in jpeg_segments(encode_jpeg(picture))}


def test_forged_sizes_and_other_files_are_refused(picture: Picture) -> None:
    png = encode_png(picture)
    for data in (
        png[:16] + struct.pack(">II", 30_000, 30_000) + png[24:],
        b"",
        b"\xff\xd8",
        b"GIF89a" + bytes(99),
        png[:40],
    ):
        with pytest.raises(ValueError, match=r"pixels a side|damaged"):
            decode_small(data)


def test_a_cut_jpeg_has_the_segments_that_are_whole(picture: Picture) -> None:
    data = encode_jpeg(picture)
    for end in range(0, 200, 7):
        assert len(list(jpeg_segments(data[:end]))) <= len(list(jpeg_segments(data)))

import io

import pytest

from omote.alignments.chunks import SIGNATURE, chunk, read_chunks
from omote.core.errors import AlignmentsError
from omote.core.types import Picture
from omote.imaging.pictures import encode_png


def test_a_file_is_its_chunks(picture: Picture) -> None:
    png = encode_png(picture)
    assert png == b"".join([SIGNATURE, *(chunk(*each) for each in read_chunks(io.BytesIO(png)))])


def test_what_is_no_png_has_none() -> None:
    assert list(read_chunks(io.BytesIO(b"no picture"))) == []


@pytest.mark.parametrize("end", [b"\xff\xff\xff\xfftEXt", b"\0\0\0\4tEXtab", b"\0\0\0\2tEXtab"])
def test_a_chunk_longer_than_the_file_is_not_believed(end: bytes) -> None:
    with pytest.raises(AlignmentsError, match="cut short"):
        list(read_chunks(io.BytesIO(SIGNATURE + end)))

"""How large a PNG or JPEG says it is, before a decoder makes room for it."""

import struct
from collections.abc import Iterator

from omote.alignments.chunks import SIGNATURE
from omote.core.types import Picture
from omote.imaging.pictures import decode

LARGEST = 4096
"""Pixels a side: no face picture is larger, and a forged header cannot fill the memory."""

_JPEG = b"\xff\xd8"
_WITHOUT_DATA = frozenset({0x01, *range(0xD0, 0xD9)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _FILL = 0xDA, 0xFF


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk over marker and content of a JPEG's segments up to its pixels; none in what is no JPEG or is damaged."""
    at = len(_JPEG) if data.startswith(_JPEG) else len(data)
    while at + 4 <= len(data) and data[at] == _FILL:
        marker = data[at + 1]
        if marker == _FILL or marker in _WITHOUT_DATA:
            at += 1 if marker == _FILL else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker == _SCAN or length < 2 or at + 2 + length > len(data):
            return
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG, or None of what is neither."""
    if data.startswith(SIGNATURE) and data[12:16] == b"IHDR" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    for marker, content in jpeg_segments(data):
        if marker in _FRAMES and len(content) >= 5:
            height, width = struct.unpack(">HH", content[1:5])
            return width, height
    return None


def decode_small(data: bytes) -> Picture:
    """Return the (H, W, 3) RGB picture in a PNG's or JPEG's bytes.

    Raises:
        ValueError: it is none, is damaged, or is larger than any face picture.
    """
    size = picture_size(data)
    if size is None or not 1 <= min(size) <= max(size) <= LARGEST:
        raise ValueError(f"not a picture of up to {LARGEST} pixels a side")
    picture = decode(data)
    if picture is None:
        raise ValueError("a damaged picture")
    return picture

"""The chunks of a PNG file, one after the other, without its pixels being looked at."""

import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from omote.core.errors import AlignmentsError

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Walk over kind and data of each chunk; there are none in a file that is no PNG. Checksums are not looked at.

    Raises:
        AlignmentsError: the file ends inside a chunk.
    """
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return
    while head := file.read(8):
        length, kind = struct.unpack(">I4s", head.ljust(8, b"\0"))
        # Looked at before it is read: memory is given out by the length asked for, not by what the file has.
        if file.tell() + length + 4 > end:
            raise AlignmentsError("the PNG file is cut short")
        data = file.read(length)
        file.read(4)
        yield kind, data


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk as it stands in the file."""
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))

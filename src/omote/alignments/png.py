"""The record inside a face picture: one uncompressed iTXt chunk of a PNG file, keyword `omote`, before the pixels."""

import io
from pathlib import Path
from typing import BinaryIO

from omote.alignments.chunks import SIGNATURE, chunk, read_chunks
from omote.alignments.record import PictureRecord
from omote.core.errors import AlignmentsError
from omote.core.files import write_bytes

_KEYWORD = b"omote"
_HEAD = _KEYWORD + b"\0" + b"\0\0\0\0"  # keyword; not compressed, method 0, no language, no translated keyword


def with_record(png: bytes, record: PictureRecord) -> bytes:
    """Return a PNG file's bytes with a record in them, in place of an older one.

    Raises:
        AlignmentsError: the bytes are not a whole PNG file.
    """
    text = chunk(b"iTXt", _HEAD + record.to_json().encode())
    parts, placed = [SIGNATURE], False
    for kind, data in read_chunks(io.BytesIO(png)):
        if kind == b"iTXt" and data.startswith(_HEAD):
            continue
        if kind == b"IDAT" and not placed:
            parts.append(text)
            placed = True
        parts.append(chunk(kind, data))
    if not placed:
        raise AlignmentsError("not a whole PNG file")
    return b"".join(parts)


def rewrite_record(path: Path, record: PictureRecord) -> None:
    """Put a record into a face picture in place of its older one; the pixels stay as they are.

    The file is the old one or the new one, whole, at any moment.

    Raises:
        AlignmentsError: it cannot be read, or is not a whole PNG file.
        OmoteError: it cannot be written; the older file is untouched.
    """
    try:
        png = with_record(path.read_bytes(), record)
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault
    except AlignmentsError as fault:
        raise AlignmentsError(fault.what, path, fault.do) from fault
    write_bytes(path, png)


def read_record(path: Path) -> PictureRecord | None:
    """Return the record in a PNG file without reading its pixels, or None when it has none or is no PNG.

    Raises:
        AlignmentsError: there is a record and it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _record(file)
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault
    except AlignmentsError as fault:
        raise AlignmentsError(fault.what, path, fault.do) from fault


def _record(file: BinaryIO) -> PictureRecord | None:
    for kind, data in read_chunks(file):
        if kind == b"iTXt" and data.startswith(_HEAD):
            return PictureRecord.from_json(data[len(_HEAD) :].decode("utf-8", "replace"))
        if kind == b"IDAT":
            break
    return None

"""XMP packets in files: put in and found, without the pixels being looked at.

PNG: an iTXt chunk; JPEG: an APP1 segment; TIFF: tag 700; GIF: an application extension; MP4 and MOV: a box at the end.
All as the XMP specification, part 3 (Adobe 2020), says.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

from omote.core.errors import MediaError

_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", (b"GIF87a", b"GIF89a")
_TIFF = (b"II*\0", b"MM\0*")
_PNG_KEY = b"XML:com.adobe.xmp\0\0\0\0\0"
_JPEG_KEY = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_MOST = 65533 - len(_JPEG_KEY)
_GIF_KEY = b"!\xff\x0bXMP DataXMP"
# The packet is no chain of blocks, but whoever reads it as one lands somewhere in here and is led to its end.
_GIF_END = bytes([1, *range(255, -1, -1), 0])
BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The kind of box that holds XMP in a file of the MP4 family."""
_TIFF_TAG, _BYTES = 700, 1


def with_packet(data: bytes, packet: bytes) -> bytes | None:
    """Return a picture file's bytes with an XMP packet, in the place of one that is there; None: not a known kind.

    Raises:
        MediaError: the file is damaged or the packet does not go into it.
    """
    for begins, put in _PUT.items():
        if data.startswith(begins):
            try:
                return put(data, packet)
            except (struct.error, IndexError) as fault:
                raise MediaError("the picture file is damaged") from fault
    return None


def packet_in(data: bytes) -> bytes | None:
    """Return the first XMP packet in a file's bytes, whatever the file, as readers without a parser find it."""
    begin = data.find(b"<x:xmpmeta")
    end = data.find(b"</x:xmpmeta>", begin)
    return None if min(begin, end) < 0 else data[begin : end + len(b"</x:xmpmeta>")]


def box(packet: bytes) -> bytes:
    """Return the box to be put at the end of an MP4 or MOV file."""
    return struct.pack(">I4s", 24 + len(packet), b"uuid") + BOX + packet


def _into_png(data: bytes, packet: bytes) -> bytes:
    out, own = [_PNG], _chunk(b"iTXt", _PNG_KEY + packet)
    for kind, body, whole in _chunks(data):
        if kind == b"iTXt" and body.startswith(_PNG_KEY[:18]):
            continue
        out += [whole, own] if kind == b"IHDR" else [whole]
    return b"".join(out)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = len(_PNG)
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length], data[at : at + 12 + length]
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def _into_jpeg(data: bytes, packet: bytes) -> bytes:
    if len(packet) > _JPEG_MOST:
        raise MediaError("the XMP packet is too long for a JPEG file")
    own = b"\xff\xe1" + struct.pack(">H", 2 + len(_JPEG_KEY) + len(packet)) + _JPEG_KEY + packet
    at, kept = 2, [_JPEG]
    while data[at] == 0xFF and (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE):
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        if not segment[4:].startswith(_JPEG_KEY):
            kept.append(segment)
        at += 2 + length
    first = 2 if len(kept) > 1 and kept[1][1] == 0xE0 else 1  # JFIF's segment must come first
    return b"".join([*kept[:first], own, *kept[first:], data[at:]])


def _into_tiff(data: bytes, packet: bytes) -> bytes:
    """Write the first directory anew at the end, with the tag; what the old one takes is lost to a few bytes."""
    order = "<" if data[:1] == b"I" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    entries = [data[at + 2 + 12 * n : at + 14 + 12 * n] for n in range(count)]
    following = data[at + 2 + 12 * count : at + 6 + 12 * count]
    even = data + b"\0" * (len(data) % 2)
    place = len(even)
    padded = packet + b"\0" * (len(packet) % 2)
    kept = [entry for entry in entries if struct.unpack_from(f"{order}H", entry)[0] != _TIFF_TAG]
    kept.append(struct.pack(f"{order}HHII", _TIFF_TAG, _BYTES, len(packet), place))
    kept.sort(key=lambda entry: int(struct.unpack_from(f"{order}H", entry)[0]))
    directory = struct.pack(f"{order}H", len(kept)) + b"".join(kept) + following
    head = even[:4] + struct.pack(f"{order}I", place + len(padded))
    return head + even[8:] + padded + directory


def _into_gif(data: bytes, packet: bytes) -> bytes:
    """Put it before the first picture: readers of films take what comes after the last one for a part of it."""
    at = 13 + (3 << (data[10] % 8 + 1) if data[10] & 0x80 else 0)
    return data[:at] + _GIF_KEY + packet + _GIF_END + data[at:]


_PUT: dict[bytes | tuple[bytes, ...], Callable[[bytes, bytes], bytes]] = {
    _PNG: _into_png, _JPEG: _into_jpeg, _TIFF: _into_tiff, _GIF: _into_gif,
}  # fmt: skip

"""Small picture files that nothing of omote writes."""

import struct

import numpy as np

from omote.core.types import Picture


def tiff(picture: Picture, order: str = "<") -> bytes:
    """An uncompressed RGB TIFF file of one strip, in either byte order."""
    height, width, _ = picture.shape
    depths, pixels = 8, 14
    at = pixels + picture.nbytes + picture.nbytes % 2
    short = [(256, width), (257, height), (258, None), (259, 1), (262, 2), (273, pixels), (277, 3), (278, height)]
    entries = [
        struct.pack(f"{order}HHII", tag, 3, 3, depths)
        if value is None
        else struct.pack(f"{order}HHII", tag, 4, 1, value)
        for tag, value in [*short, (279, picture.nbytes)]
    ]
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}I3H", at, 8, 8, 8)
    body = picture.tobytes() + b"\0" * (picture.nbytes % 2)
    return head + body + struct.pack(f"{order}H", len(entries)) + b"".join(entries) + b"\0\0\0\0"


def gif(picture: Picture) -> bytes:
    """A grey GIF file, its codes each followed by a clear code, so that no table is needed."""
    grey = picture[..., 1] // 2
    height, width = grey.shape
    palette = b"".join(bytes([2 * n] * 3) for n in range(128))
    codes = np.full(2 * grey.size + 1, 128, np.uint16)
    codes[1::2] = grey.ravel()
    bits = np.unpackbits(np.append(codes, 129).astype("<u2").view(np.uint8).reshape(-1, 2), axis=1, bitorder="little")
    data = np.packbits(bits[:, :8], bitorder="little").tobytes()
    blocks = b"".join(bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255))
    frame = b"," + struct.pack("<4HB", 0, 0, width, height, 0) + b"\x07" + blocks + b"\0"
    return b"GIF89a" + struct.pack("<2H3B", width, height, 0xF6, 0, 0) + palette + frame + b";"

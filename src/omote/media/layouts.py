"""How pictures lie in memory: what FFmpeg's names of pixel formats say about chroma, depth and alpha."""

import re
from dataclasses import dataclass

from av.video.format import VideoFormat

NAMES = {"420": "yuv420p", "422": "yuv422p", "444": "yuv444p", "rgb": "rgb"}
"""What settings call each chroma."""

CHROMAS = tuple(NAMES)
"""From the coarsest to the finest; rgb has no chroma at all."""

_PLANAR = re.compile(r"(yuv|gbr)(a?)(420|422|444)?p(?:(\d+)le)?")
_PACKED = {"bgr0": ("rgb", 8, False), "bgra": ("rgb", 8, True)}
# What graphics cards take; frames are made in the planar format of the same samples, which PyAV then repacks.
_CARDS = {"nv12": "yuv420p", "p010le": "yuv420p10le", "p210le": "yuv422p10le"}


@dataclass(frozen=True)
class Layout:
    """A pixel format that frames can be made in.

    Attributes:
        name: FFmpeg's.
        chroma: one of `CHROMAS`.
        depth: bits of a sample.
        alpha: whether it tells how much a pixel covers.
        coded: the format that the encoder is given, where it takes these samples in another order.
    """

    name: str
    chroma: str
    depth: int
    alpha: bool
    coded: str


def layout_of(name: str) -> Layout | None:
    """Return what a pixel format is; None for those that frames are never made in, such as grey or big-endian ones."""
    made = _CARDS.get(name, name)
    if made in _PACKED:
        return Layout(made, *_PACKED[made], coded=name)
    parts = _PLANAR.fullmatch(made)
    if parts is None or (parts[1] == "gbr") != (parts[3] is None):
        return None
    return Layout(made, parts[3] or "rgb", int(parts[4] or 8), bool(parts[2]), coded=name)


def chroma_of(name: str) -> str:
    """Return the chroma that keeps what any pixel format holds; 420 for grey."""
    pixels = VideoFormat(name, 16, 16)
    if pixels.is_rgb or pixels.has_palette:
        return "rgb"
    if len(pixels.components) < 3:
        return "420"
    chroma = pixels.components[1]
    return "444" if chroma.width == 16 else "420" if chroma.height < 16 else "422"

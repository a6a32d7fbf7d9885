"""The visible note in a corner of what is made, for who asks for it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Region
from omote.imaging.blending import Sample, region_around
from omote.imaging.overlay import draw_label

NOTE = "face replaced"
_WHITE = (255, 255, 255)
_FROM_EDGE = 1 / 50  # of the picture's height


def draw_note(rgb: npt.NDArray[Sample]) -> Region:
    """Write "face replaced" into the lower left corner, in place.

    Args:
        rgb: (H, W, 3) uint8 or uint16.

    Returns:
        The region that may have changed.
    """
    note = _note(rgb.shape[1], rgb.shape[0])
    part = note.region.of(rgb)
    part[...] = np.rint(part * (1 - note.cover) + note.ink * (np.iinfo(rgb.dtype).max / 255))
    return note.region


@dataclass(frozen=True, slots=True, eq=False)
class _Note:
    """The note as it lies in a picture of some size: its region, its (h, w, 3) cover 0 to 1, and ink times cover."""

    region: Region
    cover: Floats
    ink: Floats


@lru_cache(maxsize=4)
def _note(width: int, height: int) -> _Note:
    """Draw it over black and over white: the difference says how much of the picture it leaves."""
    away = height * _FROM_EDGE
    over = []
    for grey in (0, 255):
        canvas = np.full((height, width, 3), grey, np.uint8)
        draw_label(canvas, NOTE, (away, height - away), _WHITE)
        over.append(canvas.astype(np.float32))
    cover = np.asarray(1 - (over[1] - over[0]) / 255, np.float32)
    rows, columns = np.nonzero(cover.any(2))
    region = region_around(np.stack([columns, rows], 1).astype(np.float32))
    region = Region(region.left, region.top, region.right + 1, region.bottom + 1)
    return _Note(region, region.of(cover), region.of(over[0]))

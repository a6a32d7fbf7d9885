"""Masks painted as polygons."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.geometry import resize

_SUBPIXEL_BITS = 4
_FINER = 4


def painted(size: int, parts: Sequence[tuple[Floats, bool]]) -> npt.NDArray[np.uint8]:
    """Paint polygons over one another in their order, on nothing.

    Args:
        size: side of the mask in pixels.
        parts: for each its (N, 2) corners in pixels of the mask, and whether it adds to the mask or takes away.

    Returns:
        (size, size) uint8, 0 to 255; its edges are averaged over 4 × 4 parts of a pixel.
    """
    mask = np.zeros((size * _FINER, size * _FINER), np.uint8)
    for corners, adds in parts:
        # OpenCV's pixel centres are whole numbers, ours are halves.
        points = np.round((corners.astype(np.float64) * _FINER - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(mask, [points], 255 if adds else 0, shift=_SUBPIXEL_BITS)
    return resize(mask, size, size)

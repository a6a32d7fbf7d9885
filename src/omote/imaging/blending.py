"""Putting a face into a picture: only the rectangle it touches is read, computed and written."""

import numpy as np

from omote.core.types import Floats, Picture, Region


def region_around(points: Floats) -> Region:
    """Return the smallest region that holds (N, 2) points; it may reach beyond the picture."""
    left, top = np.floor(points.min(0)).astype(int)
    right, bottom = np.ceil(points.max(0)).astype(int)
    return Region(int(left), int(top), int(right), int(bottom))


def blend(plate: Picture, face: Floats, mask: Floats) -> Picture:
    """Return the plate with a face over it; where the mask is 0 the plate's pixels are exactly as they were.

    Args:
        plate: (H, W, 3) uint8.
        face: (H, W, 3) RGB 0..1.
        mask: (H, W) 0..1.
    """
    alpha = mask[..., None]
    mixed = plate * (1 - alpha) + face * (255 * alpha)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)

"""Where in a crop the face, the eyes and the mouth are: the areas whose pixels a loss weighs."""

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.landmarks import LEFT_EYE, MOUTH, RIGHT_EYE
from omote.imaging.masks import MaskName, area_mask, face_mask

_GROWN = 0.025  # of the size: how much wider and higher than its points an area is
_SOFT = 16  # an area's edge is blurred by a kernel that goes so many times into the size


def areas(landmarks: Floats, side: int, size: int, mask: MaskName) -> Picture:
    """Draw the areas of a face.

    Args:
        landmarks: (68, 2) in pixels of the crop.
        side: of the crop in pixels.
        size: side in pixels of what the network sees of it; eyes and mouth are grown and softened by shares of that.
        mask: how far up the face goes.

    Returns:
        (3, side, side) uint8, 0 to 255: face, eyes, mouth.
    """
    grow, soft = _GROWN * size / 2, size // _SOFT | 1
    eyes, mouth = (
        area_mask(landmarks, side, side, parts, grow=grow, soft=soft) for parts in ([RIGHT_EYE, LEFT_EYE], [MOUTH])
    )
    face = face_mask(landmarks, side, side, mask)
    return np.stack([np.rint(area * 255).astype(np.uint8) for area in (face, eyes, mouth)])

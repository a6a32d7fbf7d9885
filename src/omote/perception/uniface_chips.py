"""What uniface's networks are shown: blue first, and faces brought to the places its networks learnt them at."""

import numpy as np
from uniface.face_utils import reference_alignment

from omote.core.types import Floats, Picture
from omote.imaging.geometry import similarity, warp
from omote.imaging.landmarks import five_points

CHIP = 112
FIVE: Floats = np.asarray(reference_alignment + np.float32(0.5), np.float32)
"""(5, 2): where eyes, nose tip and corners of the mouth lie in a chip; the library counts from pixel centres."""


def bgr(picture: Picture) -> Picture:
    """Return a picture with blue first, as uniface takes it."""
    return np.ascontiguousarray(picture[..., ::-1])


def chip(picture: Picture, landmarks: Floats) -> Picture:
    """Return the (112, 112, 3) BGR picture of a face that identity and quality networks take.

    Args:
        picture: (H, W, 3) uint8 RGB.
        landmarks: (68, 2).
    """
    return bgr(warp(picture, similarity(five_points(landmarks), FIVE), CHIP, CHIP))

"""What a face looks like at a glance: enough to tell it from what is no face, or not that one, a few frames later."""

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import warp

_SIDE = 16
_LEAST_CONTRAST = 2.0  # grey levels of spread; less is noise


def appearance(picture: Picture, landmarks: Floats) -> Floats:
    """Return the (16, 16) grey face at its (68, 2) points, its mean made 0 and its spread 1."""
    face = warp(picture, crop_matrix(landmarks, _SIDE, "legacy"), _SIDE, _SIDE).mean(2)
    level = face - face.mean()
    return np.asarray(level / max(float(level.std()), _LEAST_CONTRAST), np.float32)


def likeness(one: Floats, other: Floats) -> float:
    """Return the correlation of two appearances: 1 for the same, about 0 for a face and what is none.

    Points that are off by 0.15 of the eye distance make it about 0.8, by 0.4 about 0.3.
    """
    return float((one * other).mean())

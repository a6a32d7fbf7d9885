"""How good a face picture is, by measures of our own."""

import cv2

from omote.core.types import Picture
from omote.imaging.geometry import resize

_SIZE = 256


def sharpness(face: Picture) -> float:
    """Return the variance of the Laplacian of the grey face at 256 px; higher is sharper, under about 20 is blurred.

    The face is a square crop: its fixed size makes figures of near and far faces comparable.
    """
    grey = cv2.cvtColor(resize(face, _SIZE, _SIZE), cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())

"""Colours set by hand."""

import cv2
import numpy as np

from omote.core.types import Floats


def balanced(
    rgb: Floats, gains: tuple[float, float, float], contrast: float, brightness: float, gamma: float
) -> Floats:
    """Return a picture with other colours: (rgb · gains - 1/2) · contrast + 1/2 + brightness, cut to 0..1, ^ 1/gamma.

    Args:
        rgb: (H, W, 3) 0..1.
        gains: of red, green and blue; 1 changes nothing.
        contrast: around the middle grey; 1 changes nothing.
        brightness: what is added, -1 to 1.
        gamma: above 0; greater is brighter, and black and white stay.
    """
    changed = (rgb * np.array(gains, np.float32) - 0.5) * np.float32(contrast) + np.float32(0.5 + brightness)
    return np.asarray(cv2.pow(np.clip(changed, 0, 1), 1 / gamma), np.float32)

"""Bringing one picture's colours to another's."""

import cv2
import numpy as np

from omote.core.types import Floats

_LEAST_SPREAD = 1e-3
_MOST_STRETCH = 1.5


def to_lab(rgb: Floats) -> Floats:
    """Convert (H, W, 3) RGB 0..1 to CIE LAB: L 0..100, a and b about -127..127."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)


def to_rgb(lab: Floats) -> Floats:
    """Convert (H, W, 3) CIE LAB to RGB, clipped to 0..1."""
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1).astype(np.float32)


def match_mean_and_spread(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Give a face the mean and standard deviation of the plate under it, channel by channel in LAB (Reinhard 2001).

    Args:
        face: (H, W, 3) RGB 0..1.
        plate: (H, W, 3) RGB 0..1, what the face will cover.
        weight: (H, W) 0..1, how much a pixel counts; outside the mask 0. Where all is 0 the face is returned as it is.
    """
    total = float(weight.sum())
    if total == 0:
        return face
    lab, goal = to_lab(face), to_lab(plate)
    mean, spread = _moments(lab, weight, total)
    goal_mean, goal_spread = _moments(goal, weight, total)
    stretch = np.clip(goal_spread / np.maximum(spread, _LEAST_SPREAD), 1 / _MOST_STRETCH, _MOST_STRETCH)
    return to_rgb(((lab - mean) * stretch + goal_mean).astype(np.float32))


def _moments(lab: Floats, weight: Floats, total: float) -> tuple[Floats, Floats]:
    share = (weight / total)[..., None]
    mean = (lab * share).sum((0, 1), dtype=np.float64)
    variance = (np.square(lab - mean) * share).sum((0, 1), dtype=np.float64)
    return mean.astype(np.float32), np.sqrt(variance).astype(np.float32)

"""Bringing one picture's colours to another's by their mean and spread.

Here and in `transport`, `histogram` and `membrane` a match is found by one function and made by another, so that what
was found can be evened out over time in between. All take (H, W, 3) RGB of 0..1 and an (H, W) weight of 0..1: how
much a pixel counts. Where all of the weight is 0, what is found changes nothing.
"""

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

_LEAST_SPREAD = 1e-3
_MOST_STRETCH = 1.5


def to_lab(rgb: Floats) -> Floats:
    """Convert (H, W, 3) RGB 0..1 to CIE LAB: L 0..100, a and b about -127..127."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)


def to_rgb(lab: Floats) -> Floats:
    """Convert (H, W, 3) CIE LAB to RGB, clipped to 0..1."""
    rgb = np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32)
    return np.asarray(np.clip(rgb, 0, 1, out=rgb), np.float32)


def grey(rgb: Floats) -> Floats:
    """Return the (H, W) brightness of RGB 0..1 picture values (BT.601's weights)."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def find_shift(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Return the (3,) difference of the plate's mean colour and the face's."""
    total = float(weight.sum())
    return _mean(plate - face, weight / total) if total > 0 else np.zeros(3, np.float32)


def shift_colours(face: Floats, found: Floats) -> Floats:
    """Add the (3,) of `find_shift` to a face."""
    shifted = np.add(face, found, dtype=np.float32)
    return np.asarray(np.clip(shifted, 0, 1, out=shifted), np.float32)


def find_lab(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Return what gives a face the plate's mean and standard deviation, channel by channel in LAB (Reinhard 2001).

    Returns:
        (2, 3): by how much each channel is multiplied, 1/1.5 to 1.5, and what is then added.
    """
    total = float(weight.sum())
    if total == 0:
        return np.array([[1, 1, 1], [0, 0, 0]], np.float32)
    mean, spread = _moments(to_lab(face), weight / total)
    goal_mean, goal_spread = _moments(to_lab(plate), weight / total)
    stretch = np.clip(goal_spread / np.maximum(spread, _LEAST_SPREAD), 1 / _MOST_STRETCH, _MOST_STRETCH)
    return np.stack([stretch, goal_mean - mean * stretch]).astype(np.float32)


def match_lab(face: Floats, found: Floats) -> Floats:
    """Change a face by the (2, 3) of `find_lab`."""
    lab = to_lab(face)
    lab *= found[0]
    lab += found[1]
    return to_rgb(lab)


def _mean(values: Floats, share: Floats) -> Floats:
    # Summed in float64: a face has many pixels.
    flat: npt.NDArray[np.float64] = share.reshape(-1).astype(np.float64)
    return (flat @ values.reshape(-1, values.shape[-1])).astype(np.float32)


def _moments(values: Floats, share: Floats) -> tuple[Floats, Floats]:
    mean = _mean(values, share)
    return mean, np.sqrt(_mean(np.square(values - mean), share))

"""Bringing one picture's colours to another's by their mean and spread.

Here and in `transport`, `histogram` and `membrane` a match is found by one function and made by another, so that what
was found can be evened out over time in between. What is found are the means of both and the rest apart: means have to
be followed at once, since the light that changes and a network that wavers are both seen in them. All take (H, W, 3)
RGB of 0..1 and an (H, W) weight of 0..1: how much a pixel counts. Where all of the weight is 0, what is found changes
nothing.
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


def means_of(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Return the (2, C) means of a face and of the plate under it, (H, W, C) each."""
    total = float(weight.sum())
    if total == 0:
        return np.zeros((2, face.shape[-1]), np.float32)
    # Summed in float64: a face has many pixels.
    share: npt.NDArray[np.float64] = weight.reshape(-1).astype(np.float64) / total
    return np.stack([share @ part.reshape(-1, part.shape[-1]) for part in (face, plate)]).astype(np.float32)


def find_mean(face: Floats, plate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the (2, 3) means of face and plate, and nothing else."""
    return means_of(face, plate, weight), np.zeros(0, np.float32)


def match_mean(face: Floats, means: Floats, _: Floats) -> Floats:
    """Give a face the plate's mean, by what `find_mean` found."""
    matched = np.add(face, means[1] - means[0], dtype=np.float32)
    return np.asarray(np.clip(matched, 0, 1, out=matched), np.float32)


def find_lab(face: Floats, plate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return what gives a face the plate's mean and standard deviation, channel by channel in LAB (Reinhard 2001).

    Returns:
        (2, 3): the means of face and plate in LAB; (3,): by how much each channel is spread, 1/1.5 to 1.5.
    """
    lab, goal = to_lab(face), to_lab(plate)
    means = means_of(lab, goal, weight)
    spread, goal_spread = np.sqrt(means_of(np.square(lab - means[0]), np.square(goal - means[1]), weight))
    if not weight.any():
        return means, np.ones(3, np.float32)
    return means, np.clip(goal_spread / np.maximum(spread, _LEAST_SPREAD), 1 / _MOST_STRETCH, _MOST_STRETCH)


def match_lab(face: Floats, means: Floats, stretch: Floats) -> Floats:
    """Change a face by what `find_lab` found."""
    # One pass of OpenCV: numpy is slow where the last axis is short.
    change = np.hstack([np.diag(stretch), (means[1] - means[0] * stretch)[:, None]])
    return to_rgb(np.asarray(cv2.transform(to_lab(face), change), np.float32))

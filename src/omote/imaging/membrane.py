"""Poisson blending: a face keeps its own detail and takes the plate's colours at the mask's edge.

See `colour` for what all matches share. Pérez, Gangnet and Blake 2003: the face that has its own gradients inside and
the plate's values around is the face plus a membrane, the solution of Laplace's equation that is plate − face all
around. The membrane is smooth, so that a small one is enough, and it can be evened out over time.
"""

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.colour import means_of
from omote.imaging.geometry import resize

_SWEEPS = 48
"""Of relaxation at each size. Each size has to mend only what the one of half its size could not show."""
_CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
_SMALLEST = 4
_Flags = npt.NDArray[np.bool_]


def find_membrane(face: Floats, plate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the membrane over the pixels of positive weight; around, and on the picture's edge, it is plate − face.

    Returns:
        (2, 3): the means of face and plate; (H, W, 3): the membrane less their difference.
    """
    inside, means = weight > 0, means_of(face, plate, weight)
    inside[[0, -1]] = inside[:, [0, -1]] = False  # a mask that reaches the edge ends there
    if not inside.any():
        return means, np.zeros_like(face)
    # Only the pixels that touch the inside are held; what lies further out has no part in the equation.
    known = ~inside & (cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    difference = plate - face - (means[1] - means[0])
    return means, _solved(np.where(known[..., None], difference, 0).astype(np.float32), known)


def lay_membrane(face: Floats, means: Floats, membrane: Floats) -> Floats:
    """Add a membrane of any size to a face, and the difference of the means."""
    height, width = face.shape[:2]
    whole = membrane if membrane.shape == face.shape else resize(membrane, width, height)
    return np.asarray(np.clip(face + (means[1] - means[0]) + whole, 0, 1), np.float32)


def _solved(values: Floats, known: _Flags) -> Floats:
    """Return what is smooth everywhere and keeps the known values: first half as large, then relaxed."""
    height, width = known.shape
    if min(height, width) <= _SMALLEST:
        start = np.where(known[..., None], values, values[known].mean(0))
    else:
        start = resize(_solved(*_halved(values, known)), width, height)
    now, next_, held = start.astype(np.float32), np.empty_like(values), known.astype(np.uint8)
    cv2.copyTo(values, held, now)
    for _ in range(_SWEEPS):
        cv2.filter2D(now, -1, _CROSS, next_, borderType=cv2.BORDER_REPLICATE)
        cv2.copyTo(values, held, next_)
        now, next_ = next_, now
    return now


def _halved(values: Floats, known: _Flags) -> tuple[Floats, _Flags]:
    height, width = known.shape
    half = ((width + 1) // 2, (height + 1) // 2)
    share = cv2.resize(known.astype(np.float32), half, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(values, half, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-6)[..., None]
    return np.asarray(mean, np.float32), share > 0

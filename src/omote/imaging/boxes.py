"""Upright boxes as rows of left, top, right, bottom in pixels."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats


def areas(boxes: npt.ArrayLike) -> Floats:
    """Return the (N,) areas of (N, 4) boxes; 0 for one without width or height."""
    sides = np.asarray(boxes, np.float32).reshape(-1, 2, 2)
    return np.asarray(np.maximum(sides[:, 1] - sides[:, 0], 0).prod(1), np.float32)


def overlaps(boxes: npt.ArrayLike, others: npt.ArrayLike) -> Floats:
    """Return the (N, M) shares that (N, 4) and (M, 4) boxes have in common: shared area over that of both, 0 to 1."""
    shared = _shared(boxes, others)
    both = areas(boxes)[:, None] + areas(others)[None] - shared
    return np.asarray(shared / np.maximum(both, 1e-6), np.float32)


def covered(boxes: npt.ArrayLike, others: npt.ArrayLike) -> Floats:
    """Return the (N, M) shares of the smaller of (N, 4) and (M, 4) boxes that lie in the other one, 0 to 1."""
    smaller = np.minimum(areas(boxes)[:, None], areas(others)[None])
    return np.asarray(_shared(boxes, others) / np.maximum(smaller, 1e-6), np.float32)


def _shared(boxes: npt.ArrayLike, others: npt.ArrayLike) -> Floats:
    one, other = (np.asarray(each, np.float32).reshape(-1, 4) for each in (boxes, others))
    corner = np.minimum(one[:, None, 2:], other[None, :, 2:]) - np.maximum(one[:, None, :2], other[None, :, :2])
    return np.asarray(np.maximum(corner, 0).prod(2), np.float32)

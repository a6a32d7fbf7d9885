"""Points that strayed for a moment: landmarks that a coarse picture misled, told by those shortly before and after."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

_REACH, _SPAN = 12, 0.8  # samples on each side, and seconds
_ASTRAY = 0.03  # of a face's size, in the mean over its points
_ROUNDS = 6


def set_right(points: Floats, times: npt.NDArray[np.float64]) -> Floats:
    """Return a face's points with those that strayed put where the others say that they are.

    Where they should be is a straight movement through the neighbours, fitted with weights that fall with the square of
    how far a neighbour is from it, so that a minority counts nothing. What lies near it stays as it is.

    Args:
        points: (N, 68, 2), in order of time.
        times: (N,) seconds.
    """
    out = points.copy()
    for at, time in enumerate(times):
        first = max(0, at - _REACH)
        near = first + np.flatnonzero(np.abs(times[first : at + _REACH + 1] - time) <= _SPAN)
        if len(near) < 4:
            continue
        expected = _expected(points[near].astype(np.float64), times[near] - time)
        size = float(np.ptp(points[at], axis=0).max())
        if _apart(points[at], expected) > _ASTRAY * size:
            out[at] = expected
    return out


def _expected(shapes: npt.NDArray[np.float64], times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(68, 2): where (N, 68, 2) shapes that move in a straight line are at time 0."""
    fit = np.stack([np.median(shapes, axis=0), np.zeros(shapes.shape[1:])])
    base = np.stack([np.ones(len(times)), times], 1)
    least = 0.002 * float(np.ptp(fit[0], axis=0).max())
    for _ in range(_ROUNDS):
        moved = np.tensordot(base, fit, 1)
        weights = 1 / (_apart(shapes, moved) + least)
        scaled = base * weights[:, None]
        flat = (shapes * weights[:, None, None]).reshape(len(times), -1)
        fit = np.linalg.lstsq(scaled, flat, rcond=None)[0].reshape(2, *shapes.shape[1:])
    return np.asarray(fit[0], np.float64)


def _apart(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return the mean distance of points, over the last two axes."""
    return np.asarray(np.linalg.norm(one - other, axis=-1).mean(-1), np.float64)

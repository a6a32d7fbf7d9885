"""Points that do not tremble: each frame's points from those of its neighbours, without lag and without lost motion.

A line through the neighbouring frames, the nearer and the surer ones counting more, says where a point is. What the
frame itself says beyond that is kept as far as it exceeds the trembling of the points (a Wiener gain for each point): a
still face stops trembling, and a blink or a word goes through. A point that moves takes its neighbours on the contour
along and needs more than one frame, so it is by them that motion is told from trembling. The frames on both sides count
alike, so nothing comes late.
"""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

# For each point the ones before and after it on its contour; jaw, brows, bridge and nostrils end, eyes and lips close.
_BEFORE: npt.NDArray[np.int64] = np.array([
    0, *range(16), 17, *range(17, 21), 22, *range(22, 26), 27, *range(27, 30), 31, *range(31, 35),
    41, *range(36, 41), 47, *range(42, 47), 59, *range(48, 59), 67, *range(60, 67),
])  # fmt: skip
_AFTER: npt.NDArray[np.int64] = np.array([
    *range(1, 17), 16, *range(18, 22), 21, *range(23, 27), 26, *range(28, 31), 30, *range(32, 36), 35,
    *range(37, 42), 36, *range(43, 48), 42, *range(49, 60), 48, *range(61, 68), 60,
])  # fmt: skip
_CLEAR = 2.0  # times the trembling: a departure of that size is kept by half
_LEAST = 0.05  # pixels of trembling that are always assumed
_LEAST_TRUST = 0.01
_NORMAL = 0.6745  # of a normal distribution's spread is the median of its absolute values

_Numbers = npt.NDArray[np.float64]


def steadied(
    times: npt.NDArray[np.int64], landmarks: Floats, confidences: npt.NDArray[np.float64], at: int, reach: int
) -> Floats:
    """Return the points of one frame, steadied by those of its neighbours.

    Args:
        times: (N,) numbers of the frames, rising.
        landmarks: (N, 68, 2) points of one face in them.
        confidences: (N,) how far each is to be trusted, 0 to 1; only their ratios count.
        at: which of the N frames.
        reach: frames on each side that count; the weight of one falls to a tenth at this distance.

    Returns:
        (68, 2); the frame's own points where fewer than two others are near.
    """
    away = (times - times[at]).astype(np.float64)
    near = np.abs(away) <= reach
    if near.sum() < 3:
        return np.array(landmarks[at], np.float32)
    away, points, trust = away[near], landmarks[near].astype(np.float64), np.maximum(confidences[near], _LEAST_TRUST)
    here = int(np.flatnonzero(away == 0)[0])
    weights = trust * 10.0 ** -((away / reach) ** 2)
    weights /= weights.sum()
    place, speed = _line(away, points, weights)
    beyond = points - place - speed * away[:, None, None]
    tremble = _trembling(away, points) * max(float(weights @ trust / trust[here]), 1)
    moved = (_moved(away, beyond) ** 2).sum(1, keepdims=True)
    return np.asarray(place + beyond[here] * moved / (moved + (_CLEAR * tremble) ** 2), np.float32)


def _line(away: _Numbers, points: _Numbers, weights: _Numbers) -> tuple[_Numbers, _Numbers]:
    """Return where the weighted least-squares line through points over time is at time 0, and its slope: (68, 2) each.

    The weights sum to 1.
    """
    middle = float(weights @ away)
    spread = float(weights @ (away - middle) ** 2)
    speed = np.tensordot(weights * (away - middle), points, 1) / max(spread, 1e-9)
    return np.tensordot(weights, points, 1) - speed * middle, speed


def _moved(away: _Numbers, beyond: _Numbers) -> _Numbers:
    """Return (68, 2) departures from the line, evened out over neighbours on the contour and in time."""
    along = (beyond[:, _BEFORE] + 2 * beyond + beyond[:, _AFTER]) / 4
    weights = np.maximum(2 - np.abs(away), 0)
    return np.asarray(np.tensordot(weights / weights.sum(), along, 1), np.float64)


def _trembling(away: _Numbers, points: _Numbers) -> float:
    """Return the spread in pixels by which points depart from the middle of their two neighbours, of all points.

    The median over all points and frames: a blink moves few of them, and a head that moves evenly none.
    """
    following = np.diff(away)
    even = following[:-1] == following[1:]
    bends = points[:-2] - 2 * points[1:-1] + points[2:]
    if not even.any():
        return _LEAST
    return max(_LEAST, float(np.median(np.abs(bends[even])) / _NORMAL / np.sqrt(6)))

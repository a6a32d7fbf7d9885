"""Points that do not tremble: each frame's points from those of its neighbours, without lag and without lost motion.

A line through the neighbouring frames, the nearer and the surer ones counting more, says where a part of the face is.
What the frame itself says beyond that is kept as far as it exceeds the trembling of the points (a Wiener gain for each
part of the face): a still face stops trembling, and a blink or a word goes through. The frames on both sides count
alike, so nothing comes late.
"""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.landmarks import JAW, LEFT_BROW, LEFT_EYE, MOUTH, NOSE, RIGHT_BROW, RIGHT_EYE

_PARTS = (JAW, RIGHT_BROW, LEFT_BROW, NOSE, RIGHT_EYE, LEFT_EYE, MOUTH)
_CLEAR = 3.0  # times the trembling: a departure of that size is kept by half
_LEAST = 0.05  # pixels of trembling that are always assumed
_NORMAL = 0.6745  # of a normal distribution's spread is the median of its absolute values


def steadied(
    times: npt.NDArray[np.int64], landmarks: Floats, confidences: npt.NDArray[np.float64], at: int, reach: int
) -> Floats:
    """Return the points of one frame, steadied by those of its neighbours.

    Args:
        times: (N,) numbers of the frames, rising.
        landmarks: (N, 68, 2) points of one face in them.
        confidences: (N,) how far each is to be trusted, 0 to 1.
        at: which of the N frames.
        reach: frames on each side that count; the weight of one falls to a tenth at this distance.

    Returns:
        (68, 2).
    """
    away = (times - times[at]).astype(np.float64)
    near = np.abs(away) <= reach
    if near.sum() < 3:
        return np.array(landmarks[at], np.float32)
    away, points, trust = away[near], landmarks[near].astype(np.float64), confidences[near]
    here = int(np.flatnonzero(away == 0)[0])
    line = _line(away, points, trust * 10.0 ** -((away / reach) ** 2))
    tremble = _trembling(away, points) / max(float(trust[here]), 0.1)
    beyond = points[here] - line
    for part in _PARTS:
        size = float((beyond[part] ** 2).mean())
        line[part] += beyond[part] * (size / (size + (_CLEAR * tremble) ** 2))
    return np.asarray(line, np.float32)


def _line(
    away: npt.NDArray[np.float64], points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return where the weighted least-squares line through points over time is at time 0: (68, 2)."""
    weights = weights / weights.sum()
    middle = float(weights @ away)
    mean = np.tensordot(weights, points, 1)
    spread = float(weights @ (away - middle) ** 2)
    slope = np.tensordot(weights * (away - middle), points, 1) / max(spread, 1e-9)
    return np.asarray(mean - slope * middle, np.float64)


def _trembling(away: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> float:
    """Return the spread in pixels by which points depart from the middle of their two neighbours, of all points.

    The median over all points and frames: a blink moves few of them, and a head that moves evenly none.
    """
    following = np.diff(away)
    even = following[:-1] == following[1:]
    bends = points[:-2] - 2 * points[1:-1] + points[2:]
    if not even.any():
        return _LEAST
    return max(_LEAST, float(np.median(np.abs(bends[even])) / _NORMAL / np.sqrt(6)))

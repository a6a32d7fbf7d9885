"""Bringing one picture's colours to another's by their histograms: see `colour` for what all matches share."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

_BINS = 256


def find_levels(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Return the levels that give each channel of a face the plate's histogram.

    Returns:
        (3, 257): what becomes of 0, 1/256 … 1 in red, green and blue; rising.
    """
    if float(weight.sum()) == 0:
        return np.tile(np.linspace(0, 1, _BINS + 1, dtype=np.float32), (3, 1))
    return np.stack([_levels(face[..., c], plate[..., c], weight) for c in range(3)]).astype(np.float32)


def match_levels(face: Floats, found: Floats) -> Floats:
    """Change a face by the (3, 257) of `find_levels`, which is read between its levels."""
    edges = np.linspace(0, 1, _BINS + 1, dtype=np.float32)
    return np.stack([np.interp(face[..., c], edges, found[c]) for c in range(3)], -1).astype(np.float32)


def _levels(face: Floats, plate: Floats, weight: Floats) -> Floats:
    edges = np.linspace(0, 1, _BINS + 1)
    below, goal_below = _share_below(face, weight), _share_below(plate, weight)
    brightest = int(np.searchsorted(goal_below, 1)) + 1  # no plate lies above this edge, so no face may
    return np.interp(below, goal_below[:brightest], edges[:brightest]).astype(np.float32)


def _share_below(values: Floats, weight: Floats) -> npt.NDArray[np.float64]:
    """Return how much lies below each of the 257 edges, 0 to 1."""
    counts, _ = np.histogram(values, _BINS, (0, 1), weights=weight.astype(np.float64))
    whole = np.append(0.0, np.cumsum(counts))
    return np.asarray(whole / whole[-1], np.float64)

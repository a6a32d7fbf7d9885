"""Bringing one picture's colours to another's by their histograms: see `colour` for what all matches share."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.colour import means_of

_BINS = 512  # between the furthest that a colour can be from the mean: -1 to 1


def find_levels(face: Floats, plate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the levels that give each channel of a face the plate's histogram.

    Returns:
        (2, 3): the means of face and plate; (3, 513): what becomes of -1, -1 + 1/256 … 1 in red, green and blue, all
        counted from the means; rising.
    """
    means = means_of(face, plate, weight)
    if not weight.any():
        return means, np.tile(_edges(), (3, 1)).astype(np.float32)
    pairs = zip(np.moveaxis(face - means[0], -1, 0), np.moveaxis(plate - means[1], -1, 0), strict=True)
    return means, np.stack([_levels(*pair, weight) for pair in pairs]).astype(np.float32)


def match_levels(face: Floats, means: Floats, levels: Floats) -> Floats:
    """Change a face by what `find_levels` found; it is read between the levels."""
    changed = [np.interp(face[..., c] - means[0, c], _edges(), levels[c]) for c in range(3)]
    return np.asarray(np.clip(np.stack(changed, -1) + means[1], 0, 1), np.float32)


def _edges() -> npt.NDArray[np.float64]:
    return np.linspace(-1, 1, _BINS + 1)


def _levels(face: Floats, plate: Floats, weight: Floats) -> Floats:
    below, goal_below = _share_below(face, weight), _share_below(plate, weight)
    brightest = int(np.searchsorted(goal_below, 1)) + 1  # no plate lies above this edge, so no face may
    return np.interp(below, goal_below[:brightest], _edges()[:brightest]).astype(np.float32)


def _share_below(values: Floats, weight: Floats) -> npt.NDArray[np.float64]:
    """Return how much lies below each of the 513 edges, 0 to 1."""
    counts, _ = np.histogram(values, _BINS, (-1, 1), weights=weight.astype(np.float64))
    whole = np.append(0.0, np.cumsum(counts))
    return np.asarray(whole / whole[-1], np.float64)

"""Smooth random patterns for skin, strands, cloth and walls: the same seed gives the same pattern everywhere."""

import numpy as np

from omote.cast.curves import Numbers
from omote.core.types import Floats

CELLS = 256


def clouds(seed: int, x: Numbers, y: Numbers) -> Floats:
    """One octave of smooth noise with features about one unit wide.

    Args:
        seed: which pattern.
        x: where to look, sideways, in units of the feature size.
        y: the same upwards; the two broadcast.

    Returns:
        float32 within -1..1; it repeats after 256 units.
    """
    lattice = np.random.default_rng(seed).uniform(-1, 1, (CELLS, CELLS)).astype(np.float32)
    x, y = np.broadcast_arrays(x, y)
    left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    across, up = _eased(x - left), _eased(y - low)
    left, low, right, high = left % CELLS, low % CELLS, (left + 1) % CELLS, (low + 1) % CELLS
    bottom = lattice[low, left] * (1 - across) + lattice[low, right] * across
    top = lattice[high, left] * (1 - across) + lattice[high, right] * across
    return np.asarray(bottom * (1 - up) + top * up, np.float32)


def octaves(seed: int, x: Numbers, y: Numbers, count: int = 3) -> Floats:
    """Sum of `count` octaves, each twice as fine and half as strong, within -1..1."""
    total = sum(clouds(seed + i, x * 2**i, y * 2**i) / 2**i for i in range(count))
    return np.asarray(total / (2 - 2 ** (1 - count)), np.float32)


def spots(seed: int, x: Numbers, y: Numbers) -> Floats:
    """Round spots, about one in each unit square, of different size.

    Args:
        seed: which pattern.
        x: where to look, sideways.
        y: the same upwards; the two broadcast.

    Returns:
        float32 from 0 between spots to 1 in their middle.
    """
    places = np.random.default_rng(seed).uniform(0, 1, (3, CELLS, CELLS)).astype(np.float32)
    x, y = np.broadcast_arrays(x, y)
    left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    across, up, size = (part[low % CELLS, left % CELLS] for part in places)
    radius = 0.04 + 0.14 * size**2
    away = ((x - left - 0.2 - 0.6 * across) ** 2 + (y - low - 0.2 - 0.6 * up) ** 2) / radius**2
    return np.asarray(np.exp(-(away**2)) * (size > 0.35), np.float32)


def _eased(t: Numbers) -> Floats:
    return np.asarray(t * t * (3 - 2 * t), np.float32)

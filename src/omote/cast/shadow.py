"""Which points the lamp does not reach because the head stands in the way."""

import numpy as np

from omote.core.types import Floats

_CELL = 0.5
_HALF = 40
_SLACK, _SOFT = 0.5, 0.6
"""cm that something must stand nearer to the lamp before it shades, and until it shades fully."""


def reached(receivers: Floats, casters: Floats, to_lamp: Floats) -> Floats:
    """Share of the lamp that reaches each point.

    Args:
        receivers: (V, 3) points in camera space, cm.
        casters: (W, 3) points of what casts shadows, dense enough that no hole is wider than a cell.
        to_lamp: (3,) unit vector.

    Returns:
        (V,) float32, 0 in full shade to 1 in full light.
    """
    side = np.cross(np.array([0.0, 1.0, 0.02]), to_lamp)
    side /= np.linalg.norm(side)
    frame = np.stack([side, np.cross(to_lamp, side), to_lamp]).astype(np.float32)
    near = _nearest(casters @ frame.T)
    at = receivers @ frame.T
    cells = np.clip(at[:, :2] / _CELL + _HALF - 0.5, 0, 2 * _HALF - 2)
    low = cells.astype(np.int64)
    part = cells - low
    shade = np.zeros(len(at), np.float32)
    for i in (0, 1):
        for j in (0, 1):
            weight = np.abs(1 - j - part[:, 0]) * np.abs(1 - i - part[:, 1])
            over = near[low[:, 1] + i, low[:, 0] + j] - at[:, 2]
            shade += weight * np.clip((over - _SLACK) / _SOFT, 0, 1)
    return np.asarray(1 - shade, np.float32)


def _nearest(points: Floats) -> Floats:
    """(2 _HALF, 2 _HALF) of how near to the lamp the nearest point of each cell is."""
    cells = np.clip(points[:, :2] / _CELL + _HALF, 0, 2 * _HALF - 1).astype(np.int64)
    near = np.full(4 * _HALF * _HALF, -100.0, np.float32)
    np.maximum.at(near, cells[:, 1] * 2 * _HALF + cells[:, 0], points[:, 2])
    return _closed(near.reshape(2 * _HALF, 2 * _HALF))


def _closed(near: Floats) -> Floats:
    """Fill holes one cell wide between neighbours that face each other; edges stay where they are."""
    edge = np.pad(near, 1, mode="edge")
    closed = near
    for a, b in (((1, 0), (1, 2)), ((0, 1), (2, 1)), ((0, 0), (2, 2)), ((0, 2), (2, 0))):
        pair = [edge[i : i + len(near), j : j + len(near)] for i, j in (a, b)]
        closed = np.maximum(closed, np.minimum(*pair))
    return closed

"""How much of the room each point of a face sees: less in hollows. Computed once for the resting face."""

import numpy as np

from omote.cast.canvas import Canvas
from omote.cast.curves import bump, rise
from omote.cast.part import normals
from omote.core.types import Floats

_SCALES = ((3, 3.0), (14, 1.1), (60, 0.42))
"""How often to even out the surface, and how much a hollow of that scale darkens per cm."""


def openness(points: Floats, canvas: Canvas) -> Floats:
    """Share of the room that is seen.

    Args:
        points: (R, C, 3) resting face.
        canvas: where features lie.

    Returns:
        (R x C,) float32 from 0 to 1.
    """
    out = normals(points)
    even, done, hidden = points, 0, np.zeros(points.shape[:2], np.float32)
    for times, weight in _SCALES:
        for _ in range(times - done):
            even = _evened(even)
        done = times
        hidden += weight * np.clip(((even - points) * out).sum(axis=2), 0, 0.6)
    x, b = np.abs(canvas.x), canvas.b
    chin = rise(-10.6, -11.2, b) + rise(0.5, -0.4, canvas.front) * rise(-5, -8, b)
    nose = 0.35 * bump(x / 1.3, (b + 4.95) / 0.35)
    return np.asarray(np.exp(-hidden - nose) * (1 - 0.55 * np.clip(chin, 0, 1)), np.float32).ravel()


def _evened(points: Floats) -> Floats:
    framed = np.pad(points, ((1, 1), (1, 1), (0, 0)), mode="edge")
    total = framed[:-2, 1:-1] + framed[2:, 1:-1] + framed[1:-1, :-2] + framed[1:-1, 2:]
    return np.asarray(0.5 * points + 0.125 * total, np.float32)

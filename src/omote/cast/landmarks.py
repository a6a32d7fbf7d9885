"""Where the 68 points of the iBUG scheme lie on the net of an actor's face."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.features import brow_ends, brow_line
from omote.cast.grid import LIPS, net
from omote.cast.lids import sockets
from omote.cast.lips import Lips
from omote.cast.nose import TIP
from omote.core.types import Floats

_JAW = (
    (1.42, 0.3),
    (1.42, -1.6),
    (1.41, -3.5),
    (1.38, -5.3),
    (1.34, -7.0),
    (1.25, -8.5),
    (1.06, -9.75),
    (0.68, -10.6),
    (0.0, -10.95),
)
"""Angle from the middle and height of points 0 to 8."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The 68 points as places between nodes of the net.

    Attributes:
        row, column: (68,) float32.
    """

    row: Floats
    column: Floats

    def on(self, points: Floats) -> Floats:
        """(68, 3) places on a face of (R, C, 3) points."""
        i, j = np.floor(self.row).astype(int), np.floor(self.column).astype(int)
        down, right = np.minimum(i + 1, points.shape[0] - 1), np.minimum(j + 1, points.shape[1] - 1)
        t, s = (self.row - i)[:, None], (self.column - j)[:, None]
        above = points[i, j] * (1 - s) + points[i, right] * s
        below = points[down, j] * (1 - s) + points[down, right] * s
        return np.asarray(above * (1 - t) + below * t, np.float32)


def marks(actor: Actor, canvas: Canvas) -> Marks:
    """Find the 68 points of an actor."""
    grid = net()
    jaw = [(side * angle, b) for angle, b, side in _both(_JAW)]
    rows = [_row(b) for _, b in jaw]
    columns = [float(np.interp(angle, grid.angles, np.arange(len(grid.angles)))) for angle, _ in jaw]
    for x, b, row in _inner(actor):
        rows.append(_row(b) if row is None else float(row))
        columns.append(_column(canvas, rows[-1], x))
    return Marks(np.array(rows, np.float32), np.array(columns, np.float32))


def _both(half: tuple[tuple[float, float], ...]) -> list[tuple[float, float, int]]:
    return [(a, b, -1) for a, b in half] + [(a, b, 1) for a, b in half[-2::-1]]


def _row(b: float) -> float:
    heights = net().heights
    return float(np.interp(-b, -heights, np.arange(len(heights))))


def _column(canvas: Canvas, row: float, x: float) -> float:
    front = np.flatnonzero(np.abs(net().angles) <= 1.5)
    i = int(row)
    t = row - i
    places = canvas.x[i] * (1 - t) + canvas.x[min(i + 1, len(canvas.x) - 1)] * t
    return float(np.interp(x, places[front], front))


def _inner(actor: Actor) -> list[tuple[float, float, float | None]]:
    """Points 17 to 67 as x, height, and the row where it is that of a margin."""
    return [*_brows(actor), *_nose(actor), *_eyes(actor), *_mouth(actor)]


def _brows(actor: Actor) -> list[tuple[float, float, float | None]]:
    start, end = brow_ends(actor)
    side = (start + (end - start) * np.array([0.93, 0.74, 0.48, 0.22, -0.05])).astype(np.float32)
    high = brow_line(actor, side) - np.array([0.4, 0.25, 0.2, 0.2, 0.3], np.float32)
    left = [(-float(s), float(h), None) for s, h in zip(side, high, strict=True)]
    return [*left, *((-s, h, None) for s, h, _ in left[::-1])]


def _nose(actor: Actor) -> list[tuple[float, float, float | None]]:
    wide = actor.nose_width
    bridge = [(0.0, b, None) for b in (0.2, -1.1, -2.4, TIP + 0.1)]
    base = [(s * wide, b, None) for s, b in ((-1.3, -4.5), (-0.65, -4.75), (0.0, -4.9), (0.65, -4.75), (1.3, -4.5))]
    return [*bridge, *base]


def _eyes(actor: Actor) -> list[tuple[float, float, float | None]]:
    upper = net().eye
    places: list[tuple[float, float, float | None]] = []
    for eye, order in zip(
        sockets(actor), ((0.96, 0.36, -0.36, -0.98, -0.33, 0.4), (-0.98, -0.36, 0.36, 0.96, 0.4, -0.33)), strict=True
    ):
        x = [eye.middle + float(np.sign(eye.x)) * eye.half * a for a in order]
        rows = (upper + 0.5, upper, upper, upper + 0.5, upper + 1, upper + 1)
        places += [(at, 0.0, row) for at, row in zip(x, rows, strict=True)]
    return places


def _mouth(actor: Actor) -> list[tuple[float, float, float | None]]:
    shape = Lips.of(actor)
    upper = net().mouth
    top = np.array([-1, -0.63, -0.26, 0, 0.26, 0.63, 1], np.float32) * shape.half
    low = np.array([0.64, 0.28, 0, -0.28, -0.64], np.float32) * shape.half
    rim = [
        (float(x), LIPS + float(h), upper if abs(x) > 0.99 * shape.half else None)
        for x, h in zip(top, shape.top(top), strict=True)
    ]
    rim += [(float(x), LIPS - float(h), None) for x, h in zip(low, shape.bottom(low), strict=True)]
    slit = [(k * shape.half, LIPS, upper) for k in (-0.86, -0.27, 0, 0.27, 0.86)]
    return [*rim, *slit, *((k * shape.half, LIPS, upper + 1) for k in (0.27, 0, -0.27))]

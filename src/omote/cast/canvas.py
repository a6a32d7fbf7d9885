"""Where each place of a head lies before anything stands out of it: what shapes and paint are placed by."""

from dataclasses import dataclass

import numpy as np

from omote.core.types import Floats

FINE = 5
"""Texels to a cell of the net, along each side."""
_RADIUS = 7.3


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """Places on a head, all (R, C) float32.

    Attributes:
        x: sideways on this head, cm.
        b: height on the standard head, cm, 0 at the pupils.
        angle: around the upright axis, radians, 0 in front.
        front: 1 on the face, 0 behind the ears.
    """

    x: Floats
    b: Floats
    angle: Floats
    front: Floats

    def __post_init__(self) -> None:
        if not self.x.shape == self.b.shape == self.angle.shape == self.front.shape:
            raise ValueError("a canvas has one place for each node")

    @property
    def side(self) -> Floats:
        """Distance from the middle, cm."""
        return np.abs(self.x)

    @property
    def around(self) -> Floats:
        """Way around the head from the middle of the face, about in cm: grain keeps its size along it."""
        return _RADIUS * self.angle

    def fine(self, first: int = 0) -> "Canvas":
        """The places of texels from a row of nodes on; node (r, c) lies at texel ((r - first) FINE, c FINE)."""
        return Canvas(*(_spread(part[first:]) for part in (self.x, self.b, self.angle, self.front)))


def _spread(values: Floats) -> Floats:
    rows, columns = values.shape
    down, right = np.arange((rows - 1) * FINE + 1) / FINE, np.arange((columns - 1) * FINE + 1) / FINE
    i, j = np.minimum(down.astype(int), rows - 2), np.minimum(right.astype(int), columns - 2)
    t, s = (down - i)[:, None], (right - j)[None]
    left = values[i] * (1 - t) + values[i + 1] * t
    return np.asarray(left[:, j] * (1 - s) + left[:, j + 1] * s, np.float32)

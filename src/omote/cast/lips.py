"""The lips: where their red begins, how they bulge, how far the slit between them reaches."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, dome, through
from omote.cast.grid import LIPS
from omote.core.types import Floats


@dataclass(frozen=True, slots=True)
class Lips:
    """Measures of one mouth at rest, cm.

    Attributes:
        half: from the middle to a corner.
        upper, lower: height of the red at its fullest.
    """

    half: float
    upper: float
    lower: float

    @classmethod
    def of(cls, actor: Actor) -> "Lips":
        """The lips of an actor."""
        return cls(2.62 * actor.mouth_width, 0.72 * actor.upper_lip, 0.92 * actor.lower_lip)

    def top(self, x: Floats) -> Floats:
        """Height of the upper lip's red over the slit: Cupid's bow, 0 at the corners."""
        side = np.abs(x) / self.half
        bow = 1 + 0.16 * bump((side - 0.22) / 0.16) - 0.1 * bump(side / 0.12)
        return np.asarray(self.upper * 0.92 * bow * np.clip(1 - side**1.7, 0, None) ** 0.9, np.float32)

    def bottom(self, x: Floats) -> Floats:
        """Depth of the lower lip's red under the slit, 0 at the corners."""
        return np.asarray(self.lower * dome(x / self.half, 2.2, 0.8), np.float32)


def lips(actor: Actor, x: Floats, b: Floats) -> Floats:
    """How far each point of the face is moved to make the lips, the groove above and the hollow at the corners.

    Args:
        actor: whose mouth.
        x: (R, C) place on the face, sideways, cm.
        b: the same, height; the margins are the rows at exactly `LIPS`.

    Returns:
        (R, C, 3) float32 displacements, cm.
    """
    shape = Lips.of(actor)
    over = b - LIPS
    edge = dome(x / shape.half, 2.2, 0.6)
    above = through(
        ((0, -0.45), (0.22, 0.5), (0.55, 1.0), (1.0, 0.62), (1.5, 0.25), (2.6, 0.0)), over / (shape.top(x) + 0.05)
    )
    below = through(
        ((0, -0.45), (0.2, 0.6), (0.5, 1.0), (1.0, 0.3), (1.5, -0.1), (2.6, 0.0)), -over / (shape.bottom(x) + 0.05)
    )
    full_up, full_low = 0.16 + 0.34 * shape.upper, 0.12 + 0.36 * shape.lower
    red = edge * np.where(over >= 0, full_up * above, full_low * below)
    side = np.abs(x)
    out = red - 0.22 * bump((side - shape.half - 0.12) / 0.35, over / 0.4)
    out = out + 0.22 * bump(x / 2.6, over / 1.6)
    columns = 0.1 * bump((side - 0.5) / 0.22) - 0.12 * bump(x / 0.28)
    out = out + columns * bump((over - 1.25) / 0.6)
    wave = (0.05 * bump((side / shape.half - 0.5) / 0.3) - 0.05 * bump(x / 0.6)) * bump(over / 0.9)
    curve = wave + actor.mouth_curve * (bump((side - shape.half) / 1.0, over / 1.0) - 0.3 * bump(x / 1.2, over))
    return np.stack([np.zeros_like(out), curve, out], axis=2).astype(np.float32)

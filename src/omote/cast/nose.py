"""The nose: ridge, tip, wings and nostrils, as a displacement of the skull's surface."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, rise, through
from omote.core.types import Floats

TIP, BASE = -3.75, -4.8


def nose(actor: Actor, x: Floats, b: Floats) -> Floats:
    """How far each point of the face is moved to make the nose.

    Args:
        actor: whose nose.
        x, b: (R, C) place on the face, cm.

    Returns:
        (R, C, 3) float32 displacements, cm.
    """
    side = np.abs(x)
    wide = actor.nose_width
    under = b - 0.3 * np.clip(side / (1.3 * wide), 0, 1) ** 2 * rise(-3.4, -4.2, b)
    out = _ridge(actor, under) * np.exp(-((side / _breadth(actor, b)) ** 2))
    ball = 0.72 * actor.tip_round
    out = out + 0.34 * bump(x / ball, (b - TIP) / 0.6)
    wing = bump((side - 1.16 * wide) / 0.5, (b + 4.08) / 0.44)
    out = out + 0.95 * wing
    out = out - 0.3 * bump((side - 1.95 * wide) / 0.3, (b + 4.15) / 0.6)
    out = out - 0.95 * bump((side - 0.68 * wide) / (0.36 * wide), (b + 4.62) / 0.17)
    out = out + 0.25 * bump(x / 0.28, (b + 4.6) / 0.25)
    across = 0.16 * np.sign(x) * bump((side - 1.5 * wide) / 0.45, (b + 4.15) / 0.5)
    up = actor.tip_up * bump(x / 1.5, (b - TIP) / 0.9) * rise(-5.0, -4.5, b)
    return np.stack([across, up, out], axis=2).astype(np.float32)


def _ridge(actor: Actor, b: Floats) -> Floats:
    tip = 2.55 + actor.nose_out
    bridge = actor.nose_bridge
    knots = (
        (-5.4, 0.0),
        (-5.0, 0.12),
        (-4.75, 0.5),
        (-4.45, 0.66 * tip),
        (TIP, tip),
        (-2.6, 0.82 * tip + 0.3 * bridge + 0.4 * actor.nose_hump),
        (-1.2, 1.3 + bridge * 0.75 + actor.nose_hump),
        (0.3, 0.6 + 0.6 * bridge),
        (1.4, 0.2),
        (2.4, 0.0),
    )
    return through(knots, b)


def _breadth(actor: Actor, b: Floats) -> Floats:
    wide, bridge = actor.nose_width, actor.bridge_width
    knots = ((-5.0, 1.2 * wide), (TIP, 1.15 * (0.5 + 0.5 * wide)), (-2.4, 1.1 * bridge), (-0.5, 0.95 * bridge), (1.5, 1.2))
    return through(knots, b)

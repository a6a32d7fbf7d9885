"""The nose: ridge, tip, wings and nostrils, as a displacement of the skull's surface."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import Numbers, bump, rise, through
from omote.core.types import Floats

TIP, BASE = -3.75, -4.8


def nose(actor: Actor, x: Floats, b: Floats) -> Floats:
    """How far each point of the face is moved to make the nose.

    Args:
        actor: whose nose.
        x: (R, C) place on the face, sideways, cm.
        b: the same, height.

    Returns:
        (R, C, 3) float32 displacements, cm.
    """
    side = np.abs(x)
    wide = actor.nose_width
    low = b - _arches(side / wide) * rise(-3.5, -4.35, b)
    ridge = _ridge(actor, low)
    out = ridge * (0.8 * bump(side / _breadth(actor, b)) + 0.2 * bump(side / 1.9))
    out = out + 0.32 * bump(x / (0.72 * actor.tip_round), (b - TIP) / 0.6)
    wing = bump((((side - 1.17 * wide) / 0.5) ** 2 + ((low + 4.2) / 0.46) ** 2) ** 0.7)
    out = out + 0.85 * wing
    out = out - 0.3 * bump((side - 1.92 * wide) / 0.28, (b + 4.05) / 0.6)
    out = out - 0.9 * bump((side - 0.68 * wide) / (0.34 * wide), (low + 4.68) / 0.17)
    across = 0.16 * np.sign(x) * bump((side - 1.5 * wide) / 0.45, (b + 4.1) / 0.5)
    up = actor.tip_up * bump(x / 1.5, (b - TIP) / 0.9) * rise(-5.0, -4.5, b)
    return np.stack([across, up, out], axis=2).astype(np.float32)


def _arches(side: Numbers) -> Floats:
    """How much higher the nose ends beside its middle, cm: nostrils and wings end above the partition."""
    return through(((0.0, 0.0), (0.3, 0.03), (0.72, 0.3), (1.2, 0.16), (1.6, 0.42), (2.2, 0.5)), side)


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
    knots = (
        (-5.0, 1.2 * wide),
        (TIP, 1.08 * (0.5 + 0.5 * wide)),
        (-2.4, 1.1 * bridge),
        (-0.5, 0.95 * bridge),
        (1.5, 1.2),
    )
    return through(knots, b)

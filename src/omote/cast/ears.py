"""The ears: a rim, a bowl and a lobe each, standing off the sides of the head."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import bump, rise, through
from omote.cast.part import Solid, solid, texels
from omote.cast.skin import tone
from omote.core.types import Floats

_RINGS, _SPOKES = 15, 41


def ear(actor: Actor, side: int, base: float) -> Solid:
    """One ear.

    Args:
        actor: whose ear.
        side: -1 for the left of the picture, 1 for the right.
        base: how far from the middle of the head the ear begins, cm.
    """
    ring = np.linspace(0, 1.12, _RINGS, dtype=np.float32)[:, None]
    spoke = np.linspace(-np.pi, np.pi, _SPOKES, dtype=np.float32)[None]
    up, back = _outline(spoke)
    reach = np.minimum(ring, 1.0)
    height, behind = reach * up, reach * back
    raised = _raised(ring, spoke)
    out = base - 0.35 + raised * 0.62 + 0.5 * (behind + 1.2) + 0.24 * np.minimum(height + 0.5, 0)
    z = -0.55 - behind * 0.86 + 0.25 * raised
    points = np.stack([side * out, -1.35 + height - 0.12 * behind, z], axis=2)
    open_ = np.clip(0.2 + 0.8 * rise(-0.1, 1.1, raised) + 0.1 * rise(0.9, 1.0, ring), 0, 1)
    paper = texels(np.broadcast_to(tone(actor) * np.array([1.0, 0.84, 0.82], np.float32), (2, 2, 3)))
    outward = slice(None, None, side)
    return solid(points[:, outward], paper, open_[:, outward])


def _outline(spoke: Floats) -> tuple[Floats, Floats]:
    """How far up and back the rim lies in each direction; 0 points backwards, pi / 2 up."""
    long = through(
        ((-3.15, 2.6), (-2.2, 2.95), (-1.57, 3.15), (-0.8, 2.7), (0, 2.75), (0.8, 3.1), (1.57, 3.2), (3.15, 2.6)), spoke
    )
    wide = through(((-3.15, 1.35), (-1.57, 0.9), (-0.8, 1.25), (0, 1.9), (0.8, 2.15), (1.57, 1.9), (3.15, 1.35)), spoke)
    return np.sin(spoke) * long, np.cos(spoke) * wide


def _raised(ring: Floats, spoke: Floats) -> Floats:
    """How far the ear stands up from its plane: rim, inner ridge, bowl, flap in front."""
    behind = rise(-0.6, 0.5, np.cos(spoke) + 0.4 * np.sin(spoke))
    rim = bump((ring - 0.9) / 0.11) * (0.35 + 0.75 * behind)
    ridge = 0.65 * bump((ring - 0.6) / 0.13) * behind
    bowl = -0.75 * bump(ring / 0.38)
    flap = 0.6 * bump((ring - 0.62) / 0.22) * bump((np.abs(spoke) - np.pi) / 0.5)
    edge = -1.2 * rise(0.94, 1.12, ring)
    return np.asarray(rim + ridge + bowl + flap + edge + 0.5, np.float32)

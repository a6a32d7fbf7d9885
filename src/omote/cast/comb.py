"""Which way hair runs over a scalp."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.curves import Numbers
from omote.cast.hairline import parting
from omote.cast.styles import STYLES
from omote.core.types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Combed:
    """Directions of hair.

    Attributes:
        strand: (R, C) float32 cm; along a strand it stays the same.
        way: (R, C) float32 cm; it grows along strands.
        along: (R, C, 3) float32 unit vectors along strands.
    """

    strand: Floats
    way: Floats
    along: Floats


def comb(actor: Actor, scalp: Floats) -> Combed:
    """Comb an actor's hair.

    Args:
        actor: whose hair.
        scalp: (R, C, 3) points in head space.
    """
    style = STYLES[actor.hair]
    x, y, z = scalp[..., 0], scalp[..., 1], scalp[..., 2]
    if style.comb != "fall":
        along = np.broadcast_to(np.array([0.0, -0.3, -1.0], np.float32), scalp.shape)
        return Combed(np.asarray(9.0 * np.arctan2(x, np.clip(y + 3, 0.5, None)), np.float32), -z, unit(along))
    side, front, back = style.part
    off = x - side * parting(actor)
    over = np.where(z < back, z - back, np.where(z > front, z - front, 0))
    swing = 7.0 * np.arctan2(np.abs(over), np.abs(off) + 1e-3) * np.sign(over)
    strand = np.clip(z, back, front) + swing + 90.0 * (off > 0)
    way = np.sqrt(off**2 + over**2) + np.clip(6 - y, 0, None)
    fall = np.stack([off, np.minimum(y - 11.0, -0.5), over], axis=2)
    return Combed(strand.astype(np.float32), way.astype(np.float32), unit(fall))


def unit(vectors: Numbers) -> Floats:
    """Vectors of length 1, along the last axis."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-6), np.float32)

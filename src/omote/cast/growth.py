"""Hair that shows in the skin without standing off it: roots on the scalp, stubble on the jaw."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import bump, rise, through
from omote.cast.hairline import depth
from omote.cast.noise import clouds
from omote.cast.part import linear
from omote.cast.skin import tint, tone
from omote.cast.styles import STYLES
from omote.core.types import Floats

_STUBBLE = {"none": 0.0, "stubble": 0.5, "goatee": 0.22, "full": 0.6}


def beard_area(ground: Canvas) -> Floats:
    """Where a beard grows, 0 to 1: jaw, chin, and a moustache under the nose."""
    side, b = ground.side, ground.b
    border = through(((0, -8.05), (2.2, -8.0), (3.4, -6.6), (4.6, -5.3), (6.2, -3.2), (7.5, -1.0)), side)
    lip = bump((b + 5.65 + 0.1 * side) / 0.5) * rise(3.3, 1.6, side) * rise(-4.7, -5.3, b)
    return np.asarray(np.maximum(rise(0.8, -0.8, b - border), np.clip(1.5 * lip, 0, 1)), np.float32)


def roots(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Darken (h, w, 3) skin where hair grows and just before, in place."""
    uneven = 0.25 * clouds(actor.seed * 101 + 9, ground.around * 5, ground.b * 5)
    share = rise(-0.7, 0.7, depth(actor, ground.angle, ground.b) + uneven)
    if STYLES[actor.hair].over_ears:
        share = share * rise(0.5, 3.0, ground.b)
    tint(
        colour,
        share * (0.5 if actor.hair == "receding" else 0.85),
        0.5 * linear(actor.hair_colour) + 0.15 * tone(actor),
    )


def stubble(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Paint the shade of a beard on (h, w, 3) skin, in place."""
    dots = 0.72 + 0.28 * clouds(actor.seed * 101 + 5, ground.around * 14, ground.b * 14)
    share = beard_area(ground) * _STUBBLE[actor.beard] * dots * rise(0.0, 0.3, ground.front)
    tint(colour, np.clip(share, 0, 1), 0.8 * linear(actor.brow_colour) + 0.12 * tone(actor))

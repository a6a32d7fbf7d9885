"""The colour of bare skin: tone, blush, grain, freckles, moles and lines. Features are painted over it elsewhere."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import Numbers, bump, rise, through
from omote.cast.noise import octaves, spots
from omote.core.types import Floats

_TONES = (
    (0.0, (0.93, 0.755, 0.675)),
    (0.25, (0.875, 0.685, 0.565)),
    (0.5, (0.75, 0.535, 0.40)),
    (0.75, (0.55, 0.375, 0.27)),
    (1.0, (0.385, 0.26, 0.20)),
)
"""Melanin and sRGB."""
_WARM = np.array([0.75, 1.0, 1.0], np.float32)
"""How much of a shadow on skin each of red, green and blue takes."""


def tone(actor: Actor) -> Floats:
    """(3,) linear colour of the skin before anything varies it."""
    melanin, rosy = np.array([actor.melanin]), actor.redness
    base = np.array([through(tuple((m, c[k]) for m, c in _TONES), melanin)[0] for k in range(3)])
    return np.asarray(np.clip(base * (1 + 0.015 * rosy, 1 - 0.022 * rosy, 1 - 0.005 * rosy), 0, 1) ** 2.2, np.float32)


def tint(colour: Floats, share: Numbers, target: Numbers) -> None:
    """Blend (h, w, 3) colours towards a target by (h, w) shares, in place."""
    colour += ((target - colour) * share[..., None]).astype(np.float32)


def darken(colour: Floats, share: Numbers, by: Numbers = _WARM) -> None:
    """Take (h, w) shares of the light away from (h, w, 3) colours, in place; `by` weighs red, green and blue."""
    colour *= (1 - np.clip(share, -1, 1)[..., None] * by).astype(np.float32)


def bare(actor: Actor, ground: Canvas) -> Floats:
    """Paint bare skin.

    Args:
        actor: whose.
        ground: places of the texels.

    Returns:
        (h, w, 3) float32 linear colours.
    """
    colour = np.broadcast_to(tone(actor), (*ground.x.shape, 3)).copy()
    _blush(colour, actor, ground)
    _grain(colour, actor, ground)
    _marks(colour, actor, ground)
    _lines(colour, actor, ground)
    return colour


def _blush(colour: Floats, actor: Actor, ground: Canvas) -> None:
    x, side, b = ground.x, ground.side, ground.b
    red = 0.5 * bump((side - 4.2) / 1.7, (b + 3.2) / 1.5) + 0.45 * bump(x / 1.3, (b + 3.9) / 0.8)
    red = red + 0.25 * bump(x / 1.5, (b + 10.2) / 0.9) + 0.2 * bump((side - 6.8) / 0.8)
    strength = (0.6 + 0.4 * actor.redness) * (1 - 0.6 * actor.melanin)
    darken(colour, red * strength, np.array([0.05, 0.3, 0.27]))
    tired = bump((side - actor.eye_spacing + 0.4) / 1.4, (b + 0.95) / 0.5) * (0.25 + 0.4 * actor.age)
    darken(colour, tired + 0.28 * bump((side - 1.75) / 0.6, (b - 0.1) / 0.8), np.array([0.2, 0.27, 0.22]))
    darken(colour, -0.05 * bump(x / 4.5, (b - 5) / 2.2), np.ones(3))


def _grain(colour: Floats, actor: Actor, ground: Canvas) -> None:
    seed, u, v = actor.seed * 101, ground.around, ground.b
    broad = octaves(seed + 1, u * 0.55 + 40, v * 0.55 + 40, 3)
    darken(colour, -(0.03 + 0.07 * actor.blotches) * broad, np.array([0.5, 1.1, 1.0]))
    darken(colour, -0.035 * octaves(seed + 2, u * 6 + 290, v * 6 + 90, 2), np.ones(3))


def _marks(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Freckles over cheeks and nose, and a few moles."""
    seed, u, v = actor.seed * 101 + 3, ground.around, ground.b
    across, up = 0.94 * u + 0.34 * v, 0.94 * v - 0.34 * u
    dots = spots(seed, across * 2.1 + 70, up * 2.1 + 70) + spots(seed + 5, u * 3.1 + 70, v * 3.1 + 70)
    many = float(rise(0.35, 0.75, np.array(actor.freckles))) * (1 - 0.7 * actor.melanin)
    darken(colour, 0.42 * many * dots * bump(ground.x / 4.2, (v + 2.6) / 2.6), np.array([0.5, 0.8, 0.95]))
    rng = np.random.default_rng(seed + 1)
    for _ in range(int(rng.integers(0, 6))):
        at, size = (rng.uniform(-5.5, 5.5), rng.uniform(-9.5, 6.0)), rng.uniform(0.06, 0.13)
        mole = bump((ground.x - at[0]) / size, (v - at[1]) / size)
        darken(colour, 0.6 * mole * ground.front, np.array([0.7, 0.9, 1.0]))


def _lines(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Folds beside the mouth and under the eyes, and with age on the brow and beside the eyes."""
    x, side, b, age = ground.x, ground.side, ground.b, actor.age
    off = side - actor.eye_spacing
    cheek = bump((side - 2.35 + 0.32 * (b + 4.6)) / 0.13) * rise(-4.2, -5.0, b) * rise(-7.4, -6.4, b)
    brow = np.zeros_like(b)
    for height in (4.0, 4.8, 5.6):
        brow += bump((b - height - 0.15 * np.cos(x * 0.7 + height)) / 0.07) * bump(x / 3.6)
    frown = bump((side - 0.55) / 0.08) * bump((b - 2.2) / 0.7)
    crow = bump(np.sin(b * 4.5 + side) / 0.25) * bump((off - 2.1) / 0.45, b / 0.8)
    bags = bump((b + 0.85 + 0.12 * off**2) / 0.09) * bump(off + 0.3)
    old = age**1.5 * (0.3 * brow + 0.3 * frown + 0.25 * crow)
    darken(colour, np.clip(0.3 * cheek * (0.35 + age) + old + 0.22 * bags * (0.3 + age), 0, 0.6))

"""The features as they are painted on the skin: lids and lashes, brows, lips, nostrils."""

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import Canvas
from omote.cast.curves import Numbers, bump, rise, through
from omote.cast.grid import LIPS
from omote.cast.lids import Socket
from omote.cast.lips import Lips
from omote.cast.noise import clouds
from omote.cast.part import linear
from omote.cast.skin import darken, tint, tone
from omote.core.types import Floats


def lids(colour: Floats, actor: Actor, eye: Socket, ground: Canvas) -> None:
    """Paint lashes, the wet rim and the folds of one eye on (h, w, 3) skin, in place."""
    across, b = eye.across(ground.x), ground.b
    side, along = np.abs(across), rise(1.06, 0.92, np.abs(across)) * ground.front
    long = 0.06 + 0.09 * actor.lashes
    lash = along * rise(-1.0, -0.75, across) * rise(long + 0.03, long - 0.03, b) * (b > -1e-6)
    tint(colour, 0.93 * lash, np.full(3, 0.012))
    flesh = np.array([0.36, 0.16, 0.13]) * (1 - 0.6 * actor.melanin)
    tint(colour, 0.55 * along * rise(-0.12, -0.04, b) * (b < 1e-6), flesh)
    under = bump((b + 0.13) / 0.06) * rise(1.0, 0.6, np.abs(across - 0.25))
    fold = bump((b - eye.fold) / 0.07) * rise(1.35, 0.9, side)
    lid = rise(1.5, 0.6, side) * rise(1.5, 0.4, b) * (b > 0)
    dark = np.clip(0.45 * under + 0.5 * fold + 0.2 * lid, 0, 0.8) * ground.front
    darken(colour, dark, np.array([0.75, 0.95, 0.95]))


def brow_line(actor: Actor, side: Numbers) -> Floats:
    """Height of the brows' upper edge over the distance from the middle, cm on the standard head."""
    lift, arch, gap = actor.brow_height, actor.brow_arch, 0.5 * actor.brow_gap
    inner = ((1.1 + gap, 1.95 + lift), (2.3 + gap, 2.35 + 0.4 * arch + lift))
    return through((*inner, (3.8, 2.55 + arch + lift), (5.05, 2.25 + 0.6 * arch + lift), (5.9, 1.6 + lift)), side)


def brow_ends(actor: Actor) -> tuple[float, float]:
    """Distances of a brow's inner and outer end from the middle, cm."""
    return 1.1 + 0.5 * actor.brow_gap, 5.6


def brows(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Paint both brows on (h, w, 3) skin, in place."""
    side, b = ground.side, ground.b
    start, end = brow_ends(actor)
    along = (side - start) / (end - start)
    half = 0.27 * actor.brow_thick * through(((0, 0.85), (0.25, 1.05), (0.6, 0.9), (1.0, 0.25)), along)
    below = (brow_line(actor, side) - b) / (2 * half)
    lean = 0.3 + 1.5 * np.clip(along, 0, 1)
    across, up = side * np.cos(lean) - b * np.sin(lean), side * np.sin(lean) + b * np.cos(lean)
    hairs = clouds(actor.seed * 101 + 6, across * 9 + 60, up * 1.4 + 60)
    body = rise(-0.25, 0.2, below) * rise(1.25, 0.8, below) * rise(-0.1, 0.12, along) * rise(1.06, 0.9, along)
    share = np.clip(body * (0.9 + 0.24 * hairs), 0, 0.95) * ground.front
    tint(colour, share * (0.78 + 0.14 * min(actor.brow_thick, 1.2)), 0.85 * linear(actor.brow_colour))


def mouth(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Paint lips and the line between them on (h, w, 3) skin, in place."""
    shape, over, side = Lips.of(actor), ground.b - LIPS, ground.side
    inside = rise(-0.07, 0.05, np.where(over >= 0, shape.top(ground.x) - over, shape.bottom(ground.x) + over))
    inside = inside * rise(shape.half + 0.1, shape.half - 0.05, side) * ground.front
    rouge = actor.lip_red * (1 - 0.7 * actor.melanin)
    red = np.clip(tone(actor) * (0.8, 0.5, 0.5) + rouge * np.array([0.1, -0.02, 0.0]), 0.01, 1)
    lines = (1 + 0.1 * clouds(actor.seed * 101 + 7, ground.x * 9, ground.b * 1.5)) * np.where(over >= 0, 0.82, 1.0)
    tint(colour, inside * (0.72 + 0.28 * actor.lip_red), red * lines[..., None])
    slit = bump(over / 0.07) * rise(shape.half + 0.25, shape.half - 0.1, side)
    corner = bump((side - shape.half - 0.05) / 0.25, over / 0.25)
    darken(colour, (0.72 * slit + 0.35 * corner) * ground.front, np.ones(3))


def nostrils(colour: Floats, actor: Actor, ground: Canvas) -> None:
    """Paint the nostrils and the grooves behind the wings on (h, w, 3) skin, in place."""
    side, b, wide = ground.side, ground.b, actor.nose_width
    hole = bump((side - 0.7 * wide) / (0.4 * wide), (b + 4.42) / 0.17) * ground.front
    tint(colour, np.clip(1.1 * hole, 0, 0.9), tone(actor) * (0.16, 0.08, 0.07))
    darken(colour, 0.3 * bump((side - 1.75 * wide) / 0.16, (b + 4.1) / 0.5) * ground.front)

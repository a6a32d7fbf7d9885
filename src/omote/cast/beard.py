"""A beard: shells over the jaw that move with it, ragged like hair."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.canvas import FINE, Canvas
from omote.cast.curves import bump, rise
from omote.cast.grid import LIPS, Indices, net
from omote.cast.growth import beard_area
from omote.cast.lips import Lips
from omote.cast.noise import clouds
from omote.cast.paint import counted
from omote.cast.part import Paint, Sheet, linear, texels
from omote.core.types import Floats

_TOP = -1.0
"""Height on the standard head over which no beard grows."""
_SHELLS = ((0.45, 0.3), (1.0, 0.5))
"""How far off the skin each shell stands, and how dense it must be to be there."""


@dataclass(frozen=True, slots=True, eq=False)
class Beard:
    """One shell of a beard.

    Attributes:
        sheet: triangles and paint.
        nodes: (V,) nodes of the net that it stands on.
        length: (V,) cm it stands off.
        open_: (V,) share of the room seen.
    """

    sheet: Sheet
    nodes: Indices
    length: Floats
    open_: Floats


def beard(actor: Actor, canvas: Canvas) -> tuple[Beard, ...]:
    """The shells of an actor's beard; none for who is shaven or has stubble, which is only painted."""
    if actor.beard not in ("goatee", "full"):
        return ()
    return tuple(_shell(actor, canvas, lift, ragged) for lift, ragged in _SHELLS)


def _shell(actor: Actor, canvas: Canvas, lift: float, ragged: float) -> Beard:
    grid = net()
    columns = grid.shape[1]
    first = int(np.argmax(grid.heights < _TOP))
    grown = _area(actor, canvas) * (np.cos(grid.angles)[None] > 0.02)
    near = (grown > 0.02).ravel()
    faces = grid.faces[near[grid.faces].all(axis=1) & (grid.faces >= first * columns).all(axis=1)]
    nodes, again = np.unique(faces, return_inverse=True)
    row, column = np.divmod(nodes, columns)
    uv = np.stack([column * FINE, (row - first) * FINE], axis=1).astype(np.float32)
    chin = bump(canvas.x / 2.2, (canvas.b + 10.5) / 1.6)
    length = lift * (0.16 + 0.3 * rise(0.1, 0.9, grown) + 0.45 * chin * (grown > 0.3))
    open_ = 0.55 + 0.45 * lift * rise(0.2, 0.9, grown)
    sheet = Sheet(again.reshape(-1, 3), Paint(_hairs(actor, canvas.fine(first), lift), uv, ragged))
    return Beard(sheet, nodes, *(part.ravel()[nodes].astype(np.float32) for part in (length, open_)))


def _area(actor: Actor, ground: Canvas) -> Floats:
    """Where this actor's beard grows, 0 to 1: the red of the lips is left free."""
    x, side, b, shape = ground.x, ground.side, ground.b, Lips.of(actor)
    off = np.maximum(b - LIPS - shape.top(x), LIPS - b - shape.bottom(x)) + 0.6 * (side > shape.half)
    if actor.beard == "full":
        return np.asarray(beard_area(ground) * rise(-0.05, 0.12, off), np.float32)
    ring = bump((np.hypot(side / (shape.half + 0.35), (b - LIPS + 0.5) / 2.0) - 1) / 0.12) * rise(-4.6, -5.3, b)
    grown = np.clip(1.5 * np.maximum(ring, bump(x / 2.0, (b + 10.2) / 1.7)), 0, 1)
    return np.asarray(grown * rise(-0.05, 0.12, off), np.float32)


def _hairs(actor: Actor, ground: Canvas, lift: float) -> Floats:
    u, v, seed = ground.around, ground.b, actor.seed * 101 + 30 + round(4 * lift)
    hairs = clouds(seed, u * 8 + 200 + 0.8 * v, v * 2.2 + 60) + 0.5 * clouds(seed + 1, u * 15 + 200, v * 4 + 60)
    colour = linear(actor.brow_colour) * np.clip(0.95 + 0.5 * hairs, 0.2, 2)[..., None]
    dense = rise(0.05, 0.8, _area(actor, ground) + 0.22 * hairs) * rise(-0.75, 0.0, hairs + 0.6 - 0.5 * lift)
    return texels(np.clip(colour, 0, 1), dense, counted(actor, ground))

"""Hair: two shells over the scalp with ragged edges, painted with strands that follow the comb."""

from dataclasses import dataclass

import numpy as np

from omote.cast.actor import Actor
from omote.cast.comb import Combed, comb, unit
from omote.cast.curves import Numbers, bump, rise
from omote.cast.grid import CROWN, sheet
from omote.cast.hairline import depth
from omote.cast.noise import clouds, octaves
from omote.cast.part import DITHER, Paint, Sheet, linear, normals, spread, texels
from omote.cast.styles import STYLES
from omote.cast.surface import heights, skull
from omote.core.types import Floats

_ROWS, _COLUMNS, _FINE = 44, 91, 9
_LINED = 3.0
"""How far from the hairline the inside of hair can be seen, cm."""
_NAPE = -7.0
"""Lowest height on the standard head of hair that does not hang."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One shell of hair.

    Attributes:
        sheet: triangles and paint.
        points: (V, 3) places in head space.
        normals: (V, 3) unit vectors outwards.
        along: (V, 3) unit vectors along the strands.
        open_: (V,) share of the room seen.
        gloss: how much it shines.
    """

    sheet: Sheet
    points: Floats
    normals: Floats
    along: Floats
    open_: Floats
    gloss: float


@dataclass(frozen=True, slots=True)
class _Shell:
    """What tells the shells apart: how far out, how dense to be there, how bright."""

    lift: float
    ragged: float
    bright: float


@dataclass(frozen=True, slots=True, eq=False)
class _Body:
    """What all shells share at their nodes: the scalp below, cm from the hairline, cm of thickness."""

    scalp: Floats
    inside: Floats
    thick: Floats


_INNER, _OUTER = _Shell(0.97, 0.4, 0.85), _Shell(1.03, 0.55, 1.0)


def hair(actor: Actor) -> tuple[Layer, ...]:
    """The shells of an actor's hair: a dense one, then a sparse one over it."""
    t = np.linspace(0, 1, _ROWS)
    tip = STYLES[actor.hair].tip or _NAPE
    b = CROWN + (tip - CROWN) * (0.3 * t * t + 0.7 * t)
    scalp = _scalp(actor, b, _angles(_COLUMNS))
    inside = _inside(actor, b, _angles(_COLUMNS))
    body = _Body(scalp, inside, _thickness(actor, scalp, inside, comb(actor, scalp)))
    fine = np.interp(np.arange((_ROWS - 1) * _FINE + 1) / _FINE, np.arange(_ROWS), b)
    papers = _strands(actor, fine, _angles((_COLUMNS - 1) * _FINE + 1))
    shells = zip((_INNER, _OUTER), papers, strict=True)
    return tuple(_layer(actor, shell, body, paper) for shell, paper in shells)


def _angles(columns: int) -> Floats:
    return np.linspace(-np.pi, np.pi, columns, dtype=np.float32)


def _scalp(actor: Actor, b: Numbers, angles: Floats) -> Floats:
    """What hair lies on: the skull, and for hanging hair a curtain from its widest place down."""
    if not STYLES[actor.hair].over_ears:
        points = skull(actor, b, angles)
        points[..., 1] = heights(actor, b)[:, None]
        return points
    points = skull(actor, np.maximum(b, 0.3), angles)
    hang = np.clip(-b, 0, None)[:, None]
    points[..., 1] = np.where(hang > 0, b[:, None], heights(actor, b)[:, None])
    inward = 1 - (0.018 if actor.hair == "bob" else 0.012) * hang
    points[..., 0] *= inward
    points[..., 2] = points[..., 2] * inward - 0.06 * hang
    return points


def _inside(actor: Actor, b: Numbers, angles: Floats) -> Floats:
    """(R, C) cm from hairline and tips, positive inside the hair."""
    tip = STYLES[actor.hair].tip
    within = depth(actor, angles[None], b[:, None])
    return within if tip is None else np.minimum(within, (b - tip - 0.3).astype(np.float32)[:, None])


def _thickness(actor: Actor, scalp: Floats, inside: Floats, combed: Combed) -> Floats:
    style, seed = STYLES[actor.hair], actor.seed * 17 + 51
    full = style.sides + style.top * rise(1.0, 7.5, scalp[..., 1])
    full = full * rise(-0.3, style.grow, inside) * actor.hair_volume
    if style.comb == "curl":
        u, v = scalp[..., 0] + 0.8 * scalp[..., 2], scalp[..., 1] - 0.55 * scalp[..., 2]
        full = full * (1 + style.wave * octaves(seed + 1, 0.9 * u + 40, 0.9 * v + 40, 2))
    else:
        full = full * (1 + style.wave * clouds(seed, 0.75 * combed.strand + 50, style.sway * combed.way + 20))
    if style.comb == "fall" and actor.hair != "fringe":
        full = full * (1 - 0.3 * bump(combed.way / 0.8))
    return np.asarray(full - 0.25 * rise(0.1, -0.5, inside), np.float32)


def _layer(actor: Actor, shell: _Shell, body: _Body, paper: Floats) -> Layer:
    scalp, inside, thick = body.scalp, body.inside, body.thick
    points = scalp + normals(scalp) * (thick * shell.lift + 0.1)[..., None]
    there = _densest(paper) > shell.ragged - DITHER
    whole = sheet(_ROWS, _COLUMNS)
    faces = whole[np.repeat(there.ravel(), 2)]
    if shell is _INNER:
        seen = there & ((inside[:-1, :-1] < _LINED) | STYLES[actor.hair].over_ears)
        faces = np.concatenate([faces, whole[np.repeat(seen.ravel(), 2), ::-1]])
    out, along = normals(points), comb(actor, points).along
    along = unit(along - out * (along * out).sum(axis=2, keepdims=True))
    open_ = (0.62 + 0.38 * rise(0.1, 1.0, thick)) * shell.bright
    flat = [part.reshape(-1, 3).astype(np.float32) for part in (points, out, along)]
    paint = Paint(paper, spread(paper, _ROWS, _COLUMNS), shell.ragged)
    gloss = 0.02 if STYLES[actor.hair].comb == "curl" else 0.09
    return Layer(Sheet(faces, paint), flat[0], flat[1], flat[2], open_.ravel().astype(np.float32), gloss)


def _densest(paper: Floats) -> Floats:
    """(_ROWS - 1, _COLUMNS - 1) greatest density within each cell of a shell."""
    inner = paper[:-1, :-1, 3].reshape(_ROWS - 1, _FINE, _COLUMNS - 1, _FINE)
    return np.asarray(inner.max(axis=(1, 3)), np.float32)


def _strands(actor: Actor, b: Numbers, angles: Floats) -> tuple[Floats, Floats]:
    """Texels of the dense and of the sparse shell: strands in the hair's colour, ragged at hairline and tips."""
    style, seed = STYLES[actor.hair], actor.seed * 17 + 60
    scalp = _scalp(actor, b, angles)
    fine, lock = _pattern(actor, scalp, seed)
    tufts = octaves(seed + 4, angles[None] * 22 + 100, b[:, None] * 0.6 + 60, 3)
    dense = rise(-0.45, 0.75, _inside(actor, b, angles) + style.frayed * tufts)
    if actor.hair == "receding":
        bald = bump((scalp[..., 2] + 2.5) / 4.0) * rise(7.0, 9.5, scalp[..., 1])
        dense = dense * (1 - 0.75 * bald * (0.6 + 0.4 * fine))
    colour = linear(actor.hair_colour) * np.clip(0.85 + 0.5 * fine + 0.3 * lock, 0.15, 2)[..., None]
    sparse = dense * rise(-0.35, 0.4, fine + 0.3 * lock)
    return texels(np.clip(colour, 0, 1), dense), texels(np.clip(colour, 0, 1), sparse)


def _pattern(actor: Actor, scalp: Floats, seed: int) -> tuple[Floats, Floats]:
    """Single hairs and locks of hair, each -1..1."""
    kind = STYLES[actor.hair].comb
    if kind in ("curl", "grain"):
        u, v = scalp[..., 0] + 0.6 * scalp[..., 2], scalp[..., 1] + 0.4 * scalp[..., 2]
        size = 1.9 if kind == "curl" else 5.0
        fine = octaves(seed, u * size + 60, v * size + 60, 2)
        if kind == "curl":
            fine = np.sin(9 * fine + 2.5 * u).astype(np.float32)
        return fine, octaves(seed + 3, u * 0.6 + 60, v * 0.6 + 60, 2)
    combed = comb(actor, scalp)
    bent = combed.strand + 0.5 * clouds(seed + 2, combed.strand * 0.3 + 60, combed.way * 0.25 + 60)
    fine = octaves(seed, bent * 4.5 + 100, combed.way * 0.22 + 60, 2)
    return fine, clouds(seed + 3, bent * 1.1 + 100, combed.way * 0.12 + 60)

"""An actor put together for a backdrop: everything that stays the same from picture to picture. Moves nothing."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from omote.cast import bust, ears, eyes, paint, teeth
from omote.cast.actor import Actor
from omote.cast.beard import Beard, beard
from omote.cast.canvas import FINE
from omote.cast.expression import Rig, rig
from omote.cast.grid import Indices, net
from omote.cast.hair import Layer, hair
from omote.cast.hairline import depth
from omote.cast.landmarks import Marks, marks
from omote.cast.lips import Lips
from omote.cast.openness import openness
from omote.cast.part import Paint, Sheet, Solid
from omote.cast.scene import Backdrop, Expression
from omote.cast.styles import STYLES
from omote.core.types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stuff:
    """All sheets as one.

    Attributes:
        faces: (T, 3) corners of all triangles.
        ragged: (T,) float32, density below which a triangle's samples are not there; -1 where all are.
        uv: (2, V) float32, column and row of every point in `atlas`.
        atlas: (5, h, w) float32 texels of all sheets, one under the other.
    """

    faces: Indices
    ragged: Floats
    uv: Floats
    atlas: Floats

    @classmethod
    def of(cls, sheets: list[Sheet]) -> "Stuff":
        """Join sheets."""
        before = np.cumsum([0, *(len(part.paint.uv) for part in sheets)])
        faces = [part.faces + start for part, start in zip(sheets, before, strict=False)]
        limits = [-1.0 if part.paint.ragged is None else part.paint.ragged for part in sheets]
        ragged = np.repeat(np.array(limits, np.float32), [len(part.faces) for part in sheets])
        papers = [part.paint.texels for part in sheets]
        tops = np.cumsum([0, *(len(paper) for paper in papers)])
        atlas = np.zeros((5, int(tops[-1]), max(paper.shape[1] for paper in papers)), np.float32)
        for paper, top in zip(papers, tops, strict=False):
            atlas[:, top : top + len(paper), : paper.shape[1]] = paper.transpose(2, 0, 1)
        uv = [part.paint.uv + np.array([0, top], np.float32) for part, top in zip(sheets, tops, strict=False)]
        flat = np.ascontiguousarray(np.concatenate(uv).T, np.float32)
        return cls(np.concatenate(faces), ragged, flat, atlas)


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """An actor in the clothes of a backdrop.

    Attributes:
        rig: the face and what moves it.
        marks: where its 68 points lie.
        open_: (R x C,) share of the room each node of the face sees.
        linings: flesh behind each eye.
        mouth: its inside.
        ears: those that are seen.
        neck: and how much of the head's turn each of its rows makes.
        torso: in clothes.
        beard, hair: their shells.
        stuff: the sheets of head, eyes, linings, mouth, neck, torso, ears, beard and hair, in this order.
    """

    rig: Rig
    marks: Marks
    open_: Floats
    linings: tuple[Solid, ...]
    mouth: teeth.Mouth
    ears: tuple[Solid, ...]
    neck: tuple[Solid, Floats]
    torso: Solid
    beard: tuple[Beard, ...]
    hair: tuple[Layer, ...]
    stuff: Stuff


_HIDDEN = 4.0
"""Depth inside the hair, cm, from which on the scalp is never seen."""


@lru_cache(maxsize=6)  # two actors in the three places of a trial
def figure(actor: Actor, backdrop: Backdrop) -> Figure:
    """Put an actor together; takes about a second the first time."""
    body, eye = rig(actor), eyes.eyeball(actor)
    ahead = body.posed(Expression())
    front = ahead[net().eye, :, 2] > 0
    margins = (ahead[net().eye][front], ahead[net().eye + 1][front])
    linings = tuple(eyes.lining(socket, *margins) for socket in body.eyes)
    mouth, both = teeth.mouth(body.rest, Lips.of(actor).half, 1 - 0.5 * actor.age), _ears(actor, body)
    neck, torso = bust.neck(actor), bust.torso(backdrop)
    whiskers, layers = beard(actor, body.canvas), hair(actor)
    solids: tuple[Solid, ...] = (*linings, *mouth.solids, neck[0], torso, *both)
    sheets = [_head(actor, body), eye, eye, *(part.sheet for part in solids)]
    sheets += [*(shell.sheet for shell in whiskers), *(layer.sheet for layer in layers)]
    open_ = openness(ahead, body.canvas)
    spots = marks(actor, body.canvas)
    return Figure(body, spots, open_, linings, mouth, both, neck, torso, whiskers, layers, Stuff.of(sheets))


def _head(actor: Actor, body: Rig) -> Sheet:
    grid = net()
    row, column = np.mgrid[0 : grid.shape[0], 0 : grid.shape[1]] * FINE
    uv = np.stack([column, row], axis=2).reshape(-1, 2).astype(np.float32)
    return Sheet(_bare(actor, body), Paint(paint.head(actor, body.canvas), uv))


def _bare(actor: Actor, body: Rig) -> Indices:
    """The triangles of the net that do not lie under thick hair."""
    faces = net().faces
    if actor.hair == "receding":
        return faces
    deep = depth(actor, body.canvas.angle, body.canvas.b).ravel()
    return np.asarray(faces[deep[faces].min(axis=1) < _HIDDEN])


def _ears(actor: Actor, body: Rig) -> tuple[Solid, ...]:
    if STYLES[actor.hair].over_ears:
        return ()
    width = float(body.rest[np.argmin(np.abs(net().heights + 1)), :, 0].max())
    return tuple(ears.ear(actor, side, width) for side in (-1, 1))

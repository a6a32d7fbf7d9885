"""Which faces to keep when only so many may stay: those that together cover pose, light and expression.

Farthest-point selection: the next face is the one that is least like any that is kept. By itself it would collect what
is odd because it is bad, so a blurred face or one whose points do not sit counts as nearer than it is, and of the faces
about the chosen one the sharpest is taken.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from omote.core.types import Floats
from omote.curation.aspects import BLURRED, Aspects
from omote.curation.faces import Watch, unwatched

_STEPS: dict[str, float] = {
    "yaw": 15.0, "pitch": 10.0, "mouth": 3.0, "eyes": 0.4, "brightness": 30.0, "side": 0.1,
}  # fmt: skip
"""How much of each makes another face of it: about what one sees at once."""
_ABOUT = 0.25  # share of the distance to the nearest kept face within which a sharper face stands for the farthest
_LEAST_WORTH = 0.1  # of a face that is all blur, or misplaced
_WATCHED = 256  # choices between two looks at whether to go on

Places = npt.NDArray[np.int64]


def room(seen: Aspects) -> Floats:
    """Return (N, 6) where each face lies among all that can vary; 1 apart is another face at first sight."""
    return np.stack([getattr(seen, name) / step for name, step in _STEPS.items()], 1).astype(np.float32)


def chosen(seen: Aspects, count: int, watch: Watch = unwatched) -> Places:
    """Return the places of the faces to keep, in the order in which they were chosen.

    The first lies in the middle of all. Time goes with faces × count, memory with faces.

    Args:
        seen: N faces.
        count: how many are kept; all, when there are no more.
        watch: told of the faces that are chosen.
    """
    # The sharpest first, so that of equal ones the first is the sharpest.
    order = np.argsort(-seen.sharpness, kind="stable")
    if count >= len(order):
        return order
    where, worth = room(seen)[order], _worth(seen)[order]
    apart_from = _distances(where)
    middle = apart_from(np.median(where, 0))
    left = np.ones(len(order), np.bool_)
    nearest = np.full(len(order), np.inf, np.float32)
    next_one = int(np.argmin(middle - worth))
    picked: list[int] = []
    while True:
        picked.append(next_one)
        left[next_one] = False
        np.minimum(nearest, apart_from(where[next_one]), out=nearest)
        if len(picked) % _WATCHED == 0 or len(picked) == count:
            watch(len(picked), count)
        if len(picked) == count:
            return order[picked]
        next_one = _next(nearest, worth, left, apart_from, where)


def gaps(seen: Aspects, kept: Places) -> Floats:
    """Return (N,) how far each face lies from the nearest of those that are kept."""
    where = room(seen)
    return np.asarray(cKDTree(where[kept]).query(where)[0], np.float32)


def _next(
    nearest: Floats, worth: Floats, left: npt.NDArray[np.bool_], apart_from: Callable[[Floats], Floats], where: Floats
) -> int:
    """Return the farthest face, or a sharper one about it."""
    farthest = int(np.argmax(np.where(left, nearest * worth, -1)))
    about = left[:farthest] & (apart_from(where[farthest])[:farthest] <= _ABOUT * nearest[farthest])
    return int(np.argmax(about)) if about.any() else farthest


def _worth(seen: Aspects) -> Floats:
    sharp = np.clip(seen.sharpness / BLURRED, _LEAST_WORTH, 1)
    return np.where(seen.misplaced, _LEAST_WORTH, sharp).astype(np.float32)


def _distances(where: Floats) -> Callable[[Floats], Floats]:
    """Return what gives the (N,) distances of all faces from one; of equal ones it is exactly 0."""

    def apart_from(one: Floats) -> Floats:
        away = where - one
        return np.asarray(np.sqrt(np.einsum("nd,nd->n", away, away)), np.float32)

    return apart_from

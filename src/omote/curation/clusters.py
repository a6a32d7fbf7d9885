"""Who is who among the faces of any number of sources, told by their identity vectors alone.

Average linkage of squared distances (`linkage`), up to a limit that heeds how many people there are (`lookalikes`). Up
to a few thousand different vectors it is exact. More are joined by steps: the nearest first, within small parts of
neighbours, cut anew at each step, until so few groups are left that all can be compared with all. No step holds more
than a few dozen MiB besides the vectors.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import permutations

import numpy as np
from scipy.sparse import coo_array, csr_array

from omote.core.types import Floats
from omote.curation.linkage import Groups, Labels, linked
from omote.curation.lookalikes import limit_among

NOBODY = -1
"""The label of a face that is like no other, or that does not say who it is."""

_FEW = 4096  # vectors that are compared all with all
_PART = 1024  # vectors at most that are compared with each other where there are more
_STEPS = (0.5, 0.6, 0.7, 0.8)  # of the distance of one person: up to here groups are joined within parts
_SAMPLE = 1024  # vectors that tell in which direction to cut
_TURNS = 3  # of the power method, from a direction by chance towards that of the largest variance
_TINY = 1e-30
_MIDDLE = 0.3  # a cut leaves at least this share on either side


def clustered(
    vectors: Sequence[Floats | None], one_person: float, frames: Sequence[Hashable] | None = None
) -> Labels:  # fmt: skip
    """Tell people apart, without being told how many there are.

    Args:
        vectors: (D,) of each face; None where it does not say who it is. Faces with the same vector, as those of one
            track, are one person.
        one_person: distance of two vectors up to which they are taken to be of one person; among many people, some of
            whom are always alike, it counts for less.
        frames: the frame of each face, whatever names it in its source and among all sources; two faces of one frame
            are two people. None: nothing is known of that.

    Returns:
        (N,) the number of each face's person: 0 is who has most faces, of equal ones who comes first. NOBODY where a
        face is like no other.
    """
    labels = np.full(len(vectors), NOBODY, np.int64)
    known = np.array([place for place, vector in enumerate(vectors) if vector is not None], np.int64)
    if not len(known):
        return labels
    means, items = _distinct([vector for vector in vectors if vector is not None])
    together = _together(items, None if frames is None else [frames[place] for place in known], len(means))
    means = (means - means.mean(0)) / one_person
    groups = Groups(means, np.zeros(len(means), np.float32), np.bincount(items).astype(np.float32), together)
    labels[known] = _ranked(_linked_by_steps(groups)[items])
    return labels


def likeness_order(vectors: Floats) -> Labels:
    """Return the places of (N, D) vectors in the order of their likeness to their mean, the most typical first.

    Faces that were put into a group by mistake, odd views and bad pictures come last. Equal ones keep their order.
    """
    return np.argsort(np.linalg.norm(vectors - vectors.mean(0), axis=1), kind="stable")


def _distinct(vectors: Sequence[Floats]) -> tuple[Floats, Labels]:
    """Return the different vectors, in an order that is not that of the faces, and the number of each face's."""
    names = [vector.astype(np.float32).tobytes() for vector in vectors]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    means = np.frombuffer(b"".join(numbers), np.float32).reshape(len(numbers), -1)
    return means, np.array([numbers[name] for name in names], np.int64)


def _together(items: Labels, frames: Sequence[Hashable] | None, count: int) -> csr_array:
    """Count for each pair of items the frames that have both."""
    seen: dict[Hashable, list[int]] = {}
    for item, frame in zip(items, frames or (), strict=frames is not None):
        seen.setdefault(frame, []).append(int(item))
    pairs = [pair for there in seen.values() for pair in permutations(there, 2) if pair[0] != pair[1]]
    one, other = np.array(pairs, np.int64).reshape(-1, 2).T
    return coo_array((np.ones(len(pairs), np.float32), (one, other)), (count, count)).tocsr()


def _linked_by_steps(groups: Groups) -> Labels:
    labels = np.arange(len(groups))
    for number, step in enumerate(_STEPS):
        if len(groups) <= _FEW:
            break
        names = np.empty(len(groups), np.int64)
        count = 0
        for rows in _parts(groups.means, np.random.default_rng(number)):
            names[rows] = count + linked(groups.part(rows), step**2)
            count = int(names[rows].max()) + 1
        groups, labels = groups.merged(names), names[labels]
    joined = linked(groups, 1.0)
    limit = limit_among(groups.merged(joined), _STEPS[-1])
    return (joined if limit == 1 else linked(groups, limit**2))[labels]


def _parts(means: Floats, rng: np.random.Generator) -> Iterator[Labels]:
    """Cut (N, D) vectors into parts of neighbours, each where fewest lie along a direction in which they differ."""
    waiting = [np.arange(len(means))]
    while waiting:
        rows = waiting.pop()
        if len(rows) <= _PART:
            yield rows
            continue
        along = means[rows] @ _direction(means[rng.choice(rows, _SAMPLE, replace=False)], rng)
        order = np.argsort(along, kind="stable")
        near, first = len(rows) // 64, int(len(rows) * _MIDDLE)
        apart = along[order[first + near : len(rows) - first]] - along[order[first : len(rows) - first - near]]
        cut = first + int(apart.argmax()) + near // 2
        waiting += [rows[order[:cut]], rows[order[cut:]]]


def _direction(sample: Floats, rng: np.random.Generator) -> Floats:
    """Return a (D,) direction along which vectors differ much, another one each time."""
    about = sample - sample.mean(0)
    direction: Floats = rng.standard_normal((sample.shape[1],)).astype(np.float32)
    for _ in range(_TURNS):
        direction = about.T @ (about @ direction)
        direction /= max(float(np.linalg.norm(direction)), _TINY)
    return direction


def _ranked(labels: Labels) -> Labels:
    """Number groups by their size, those of one face NOBODY."""
    _, first, labels, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    ranks = np.empty(len(sizes), np.int64)
    ranks[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    ranks[sizes == 1] = NOBODY
    return ranks[labels]

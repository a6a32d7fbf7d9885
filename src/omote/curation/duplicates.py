"""Which face pictures are the same picture: a video that stands still, another copy of it, a still in two sizes.

Found in three steps, each looking closer at fewer: the nearest by a perceptual hash that keeps its numbers where others
keep their signs; those whose points and pixels agree roughly; those that are the same once laid on each other. Of those
the sharpest is kept. A picture goes only for one that it looks like itself, so that a slow movement, where each frame
looks like the next, is not taken for one picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.fft import dctn
from scipy.spatial import cKDTree

from omote.core.types import Floats
from omote.curation.faces import FacePicture, Watch, unwatched
from omote.curation.glimpse import Glimpse
from omote.curation.likeness import Difference, Pattern, softened
from omote.imaging.crops import alignment
from omote.imaging.geometry import scale_of, transform
from omote.imaging.landmarks import INNER

_NEAREST = 32  # faces that each is compared with; a group that is larger takes more rounds
_WAVES = 4  # a side: the coarsest waves, which a shift of a hundredth of the face hardly changes
_ONE_SIZE = 1.08  # faces of one source that differ by more are not frames of one shot
_POINTS = 0.04  # of the aligned face: how far the points found in two copies may lie apart (root mean square)
_TOGETHER = 4096  # pairs compared at once

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Limits:
    """Up to where two pictures are the same: by their hashes, laid on each other as they are, and registered."""

    hashes: float
    as_they_are: float
    face: Difference
    head: Difference


# See `likeness` for what was measured. The head's limits take in what stands around the face: it moves with a copy and
# stays behind when a head moves.
_STANDS_STILL = _Limits(0.05, 0.12, Difference(0.03, 0.03), Difference(0.03, 0.04))
_COPY = _Limits(0.2, 0.5, Difference(0.11, 0.3), Difference(0.09, 0.28))


def duplicates(faces: Sequence[FacePicture], seen: Sequence[Glimpse], watch: Watch = unwatched) -> dict[int, int]:
    """Return the place of every face that is a duplicate, with the place of the sharper one that stands for it.

    Args:
        faces: N faces.
        seen: their N glimpses.
        watch: told of every face that was compared, N in each round.
    """
    prints = _Prints.of(faces, seen)
    # The sharpest first; of equal ones the larger, then the first by its path.
    facts = [(-face.record.face.sharpness, -prints.size[place], place) for place, face in enumerate(faces)]
    left = np.array([place for *_, place in sorted(facts)], np.int64)
    stands_for: dict[int, int] = {}
    while len(left) > 1:
        found = dict(_round(prints, left, watch))
        if not found:
            break
        stands_for |= found
        left = left[[int(place) not in found for place in left]]
    return {place: _last(stands_for, place) for place in stands_for}


@dataclass(frozen=True, slots=True, eq=False)
class _Prints:
    """What N faces are compared by: hashes, aligned points, prints of face and head, source and size."""

    hashes: Floats
    points: Floats
    face: npt.NDArray[np.uint8]
    head: npt.NDArray[np.uint8]
    source: Places
    size: Floats

    @classmethod
    def of(cls, faces: Sequence[FacePicture], seen: Sequence[Glimpse]) -> "_Prints":
        face, head = (np.stack(parts) for parts in zip(*((each.face, each.head) for each in seen), strict=True))
        matrices = [alignment(each.record.face.landmarks) for each in faces]
        points = [transform(f.record.face.landmarks[INNER], m) for f, m in zip(faces, matrices, strict=True)]
        numbers: dict[str, int] = {}
        source = [numbers.setdefault(each.record.source.fingerprint, len(numbers)) for each in faces]
        return cls(
            np.concatenate([_hashes(face[at : at + _TOGETHER]) for at in range(0, len(face), _TOGETHER)]),
            np.stack(points), face, head, np.array(source, np.int64),
            np.array([1 / scale_of(matrix) for matrix in matrices], np.float32),
        )  # fmt: skip

    def one_shot(self, a: Places, b: Places) -> npt.NDArray[np.bool_]:
        """Which of two lists of faces may be frames of one shot."""
        ratio = np.abs(np.log(self.size[a] / self.size[b]))
        return np.asarray((self.source[a] == self.source[b]) & (ratio <= np.log(_ONE_SIZE)), np.bool_)

    def same(self, one: int, others: Places) -> Iterator[int]:
        """Look closely at some faces beside one; give those that are the same picture."""
        face, head = (Pattern(softened(prints[one : one + 1])[0]) for prints in (self.face, self.head))
        still = self.one_shot(np.full(len(others), one), others)
        for other, at_rest in zip(others.tolist(), still.tolist(), strict=True):
            limits = _STANDS_STILL if at_rest else _COPY
            if self._within(limits.face, face, self.face[other]) and self._within(limits.head, head, self.head[other]):
                yield other

    @staticmethod
    def _within(most: Difference, pattern: Pattern, other: npt.NDArray[np.uint8]) -> bool:
        seen = pattern.difference(softened(other[None])[0])
        return seen.whole <= most.whole and seen.worst <= most.worst


def _hashes(prints: npt.NDArray[np.uint8]) -> Floats:
    """Return the (N, 15) coarse waves of prints of equal light and contrast."""
    level = _levelled(prints)
    waves = dctn(level, axes=(1, 2), norm="ortho")[:, :_WAVES, :_WAVES] / level.shape[1]
    return np.asarray(waves.reshape(len(level), -1)[:, 1:], np.float32)


def _levelled(prints: npt.NDArray[np.uint8]) -> Floats:
    soft = softened(prints)
    spread = np.maximum(soft.std((1, 2), keepdims=True), 1)
    return np.asarray((soft - soft.mean((1, 2), keepdims=True)) / spread, np.float32)


def _round(prints: _Prints, left: Places, watch: Watch) -> Iterator[tuple[int, int]]:
    """Give each duplicate among the nearest of the faces that are left, and the sharper face it looks like."""
    sharper, other = _candidates(prints, left)
    gone: set[int] = set()
    starts = np.searchsorted(sharper, np.arange(len(left) + 1))
    for rank, one in enumerate(left.tolist()):
        candidates = other[starts[rank] : starts[rank + 1]]
        if one not in gone and len(candidates):
            for found in prints.same(one, np.array([each for each in candidates.tolist() if each not in gone], int)):
                gone.add(found)
                yield found, one
        watch(rank + 1, len(left))


def _candidates(prints: _Prints, left: Places) -> tuple[Places, Places]:
    """Return pairs that look the same from afar: the rank of the sharper in `left`, in order, and the other's place."""
    hashes = prints.hashes[left]
    count = min(_NEAREST + 1, len(left))
    near, rank = cKDTree(hashes).query(hashes, k=count, distance_upper_bound=_COPY.hashes, workers=-1)
    first, column = np.nonzero(np.isfinite(near) & (rank != np.arange(len(left))[:, None]))
    second = rank[first, column]
    pairs = np.unique(np.stack([np.minimum(first, second), np.maximum(first, second)], 1), axis=0)
    kept = [part[_alike(prints, left[part[:, 0]], left[part[:, 1]])] for part in _parts(pairs)]
    pairs = np.concatenate([pairs[:0], *kept])
    return pairs[:, 0], left[pairs[:, 1]]


def _parts(pairs: Places) -> Iterator[Places]:
    return (pairs[start : start + _TOGETHER] for start in range(0, len(pairs), _TOGETHER))


def _alike(prints: _Prints, a: Places, b: Places) -> npt.NDArray[np.bool_]:
    still = prints.one_shot(a, b)
    hashes = np.linalg.norm(prints.hashes[a] - prints.hashes[b], axis=1)
    points = np.sqrt(np.square(prints.points[a] - prints.points[b]).sum(2).mean(1))
    near = (hashes <= np.where(still, _STANDS_STILL.hashes, _COPY.hashes)) & (points <= _POINTS)
    (some,) = np.nonzero(near)
    apart = np.sqrt(np.square(_levelled(prints.face[a[some]]) - _levelled(prints.face[b[some]])).mean((1, 2)))
    near[some] = apart <= np.where(still[some], _STANDS_STILL.as_they_are, _COPY.as_they_are)
    return np.asarray(near, np.bool_)


def _last(stands_for: dict[int, int], place: int) -> int:
    while place in stands_for:
        place = stands_for[place]
    return place

"""Average linkage of squared distances that keeps no matrix of them: memory grows with the number of groups only.

The mean squared distance between the members of two groups follows from what `Groups` keeps of each: it is
|mean₁ − mean₂|² + spread₁ + spread₂. Joining two groups brings neither nearer to a third (the linkage is reducible:
Bruynooghe 1977, Murtagh 1983), so that all pairs of mutual nearest neighbours can be joined at once, and the result is
the one of joining the nearest two over and over.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

from omote.core.types import Floats

Labels = npt.NDArray[np.int64]

_BLOCK = 1 << 23  # distances held at a time: 32 MiB
_SHARED = (
    0.05  # share of the smaller group's members seen beside one of the other group, above which they are two people
)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups of vectors, by what linkage needs to know of them.

    Attributes:
        means: (N, D) of the members.
        spreads: (N,) mean squared distance of the members from their mean.
        sizes: (N,) number of members.
        together: (N, N) symmetric: number of pairs of members, one of each group, that are seen in one frame.
    """

    means: Floats
    spreads: Floats
    sizes: Floats
    together: csr_array

    def __len__(self) -> int:
        return len(self.sizes)

    def merged(self, names: Labels) -> "Groups":
        """Return the groups that stand for all those of one name; names are 0 to K − 1, each in use."""
        order = np.argsort(names, kind="stable")
        starts = np.searchsorted(names[order], np.arange(names.max() + 1))
        sizes = np.add.reduceat(self.sizes[order], starts)
        share = (self.sizes / sizes[names])[order]
        means = np.add.reduceat(self.means[order] * share[:, None], starts)
        away = self.means[order] - means[names[order]]
        spreads = np.add.reduceat(share * (self.spreads[order] + np.einsum("nd,nd->n", away, away)), starts)
        return Groups(means, spreads, sizes, _renamed(self.together, names, len(sizes)))

    def part(self, rows: Labels) -> "Groups":
        """Return some of the groups."""
        together = self.together[rows][:, rows] if self.together.nnz else csr_array((len(rows), len(rows)), dtype="f4")
        return Groups(self.means[rows], self.spreads[rows], self.sizes[rows], together)


def _renamed(together: csr_array, names: Labels, count: int) -> csr_array:
    if not together.nnz:
        return csr_array((count, count), dtype=np.float32)
    pairs = together.tocoo()
    one, other = names[pairs.row], names[pairs.col]
    apart = one != other
    return coo_array((pairs.data[apart], (one[apart], other[apart])), (count, count)).tocsr()


def linked(groups: Groups, limit: float) -> Labels:
    """Join groups, the nearest first, while the mean squared distance of two is up to a limit.

    Groups that are seen together in too many frames are not joined, however near: they are two people. One frame in
    which somebody is seen twice, as in a mirror, takes no more than some 20 faces from a long-seen person.

    Returns:
        (N,) the number of each group's joined group, from 0 in no particular order.
    """
    labels = np.arange(len(groups))
    near = _Near.of(groups)
    while len(groups) > 1 and near.distance.min() <= limit:
        names, changed = near.joined(limit)
        groups, labels = groups.merged(names), names[labels]
        near = near.after(groups, names, changed, limit)
    return labels


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """The nearest neighbour of each group.

    Attributes:
        nearest: (N,) its row.
        distance: (N,) the mean squared distance to it; infinite where there is none near enough to matter.
        second: (N,) what no other group is nearer than.
    """

    nearest: Labels
    distance: Floats
    second: Floats

    @classmethod
    def of(cls, groups: Groups) -> "_Near":
        count = len(groups)
        near = cls(np.zeros(count, np.int64), np.full(count, np.inf, np.float32), np.full(count, np.inf, np.float32))
        near.search(groups, np.arange(count))
        return near

    def search(self, groups: Groups, rows: Labels) -> None:
        """Find the neighbours of some rows among all."""
        if len(groups) < 2:
            return
        twice = groups.means * -2
        part = np.einsum("nd,nd->n", groups.means, groups.means) + groups.spreads
        step = max(1, _BLOCK // len(groups))
        for some in (rows[start : start + step] for start in range(0, len(rows), step)):
            apart = groups.means[some] @ twice.T
            apart += part
            each = np.arange(len(some))
            apart[each, some] = np.inf
            apart[_strangers(groups, some)] = np.inf
            self.nearest[some] = best = apart.argmin(1)
            self.distance[some] = apart[each, best] + part[some]
            apart[each, best] = np.inf
            self.second[some] = apart.min(1) + part[some]

    def joined(self, limit: float) -> tuple[Labels, npt.NDArray[np.bool_]]:
        """Return the new name of each group when mutual neighbours are joined, and which of the new ones are joined."""
        rows = np.arange(len(self.nearest))
        names = rows.copy()
        mutual = (self.nearest[self.nearest] == rows) & (self.distance <= limit) & (rows < self.nearest)
        if not mutual.any():  # equal distances, or equal but for rounding, in a ring
            mutual[self.distance.argmin()] = True
        names[self.nearest[mutual]] = rows[mutual]
        _, names, members = np.unique(names, return_inverse=True, return_counts=True)
        return names, members > 1

    def after(self, groups: Groups, names: Labels, changed: npt.NDArray[np.bool_], limit: float) -> "_Near":
        """Return the neighbours of what `joined` has made, searching only where they cannot be told from the old."""
        old = np.empty(len(groups), np.int64)
        old[names] = np.arange(len(names))
        near = _Near(names[self.nearest[old]], self.distance[old].copy(), self.second[old].copy())
        moved = np.flatnonzero(changed[near.nearest] & ~changed)
        near.distance[moved] = _between(groups, moved, near.nearest[moved])
        stale = changed.copy()
        stale[moved] = near.distance[moved] > near.second[moved]
        if groups.together.nnz:  # such a pair may be kept apart from now on, or no longer
            stale |= (groups.together @ changed.astype(np.float32)) > 0
        else:
            hopeless = stale & ~changed & (near.second > limit)
            near.distance[hopeless] = np.inf
            stale &= ~hopeless
        near.search(groups, np.flatnonzero(stale))
        return near


def _between(groups: Groups, one: Labels, other: Labels) -> Floats:
    away = groups.means[one] - groups.means[other]
    squares: Floats = np.einsum("nd,nd->n", away, away) + groups.spreads[one] + groups.spreads[other]
    return squares


def _strangers(groups: Groups, rows: Labels) -> tuple[Labels, Labels]:
    """Return places in the block of some rows whose two groups are seen together too often to be one person."""
    if not groups.together.nnz:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs = groups.together[rows].tocoo()
    smaller = np.minimum(groups.sizes[rows[pairs.row]], groups.sizes[pairs.col])
    often = pairs.data > _SHARED * smaller
    return pairs.row[often], pairs.col[often]

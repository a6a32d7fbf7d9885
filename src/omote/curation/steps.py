"""Measures cut into steps that have names, for folders of faces that are alike in one thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf


@dataclass(frozen=True, slots=True)
class Steps:
    """Where a measure is cut, and what its parts are called.

    Attributes:
        edges: K ascending values; a value on an edge belongs to the part above it.
        names: K + 1 names of the parts, from the lowest values to the highest.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.names) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f"{len(self.edges)} ascending edges have one name more, not {self.names}")

    def name_of(self, value: float) -> str:
        """Return what the part is called in which a value lies."""
        return self.names[sum(value >= edge for edge in self.edges)]


def by_size(edges: Sequence[float]) -> Steps:
    """Name parts by their edges: under-20, 20-to-60, from-60."""
    return Steps(tuple(edges), tuple(_between(low, high) for low, high in pairwise((-inf, *edges, inf))))


def by_side(edges: Sequence[float], below: str, above: str) -> Steps:
    """Name parts on both sides of 0, edges being given for the one above, from 0 on: left-15-to-30, right-0-to-15."""
    low = [f"{below}-{_between(a, b)}" for a, b in pairwise((*edges, inf))]
    high = [f"{above}-{_between(a, b)}" for a, b in pairwise((*edges, inf))]
    return Steps((*(-edge for edge in reversed(edges[1:])), *edges), (*reversed(low), *high))


def _between(low: float, high: float) -> str:
    if low == -inf:
        return f"under-{high:g}"
    return f"from-{low:g}" if high == inf else f"{low:g}-to-{high:g}"

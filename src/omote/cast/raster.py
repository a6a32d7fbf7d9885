"""From triangles to pixels: which triangle is seen at each sample of a picture, and where on it. Knows no colours."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.cast.grid import Indices
from omote.core.types import Floats

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples of a picture with what lies on them.

    Attributes:
        pixel: (N,) int64, row x width + column.
        face: (N,) int64, which triangle.
        weights: (3, N) float32, share of each corner of the triangle; they sum to 1.
    """

    pixel: Indices
    face: Indices
    weights: Floats

    def of(self, values: Floats, faces: Indices) -> Floats:
        """Blend values of the corners.

        Args:
            values: (K, V) float32.
            faces: (T, 3) corners of the triangles.

        Returns:
            (K, N) float32.
        """
        blend = np.zeros((len(values), len(self.face)), np.float32)
        for corner, share in zip(faces.T, self.weights, strict=True):
            nodes = corner.take(self.face)
            for row, value in zip(blend, values, strict=True):
                row += value.take(nodes) * share
        return blend

    def only(self, kept: Flags | Indices) -> "Samples":
        """The samples picked by a mask or by indices."""
        return Samples(self.pixel[kept], self.face[kept], np.stack([share[kept] for share in self.weights]))


def rasterise(
    points: Floats, faces: Indices, shape: tuple[int, int], opaque: Callable[[Samples], Flags] | None = None
) -> Samples:
    """Find the nearest triangle at every sample.

    Args:
        points: (V, 3) x to the right, y down in samples, and nearness (greater is nearer).
        faces: (T, 3) corners; triangles whose corners run clockwise are seen from behind and left out.
        shape: rows, columns of the picture in samples; what lies outside is cut off.
        opaque: tells which samples are there at all, for things with ragged edges.

    Returns:
        One sample for each place that is covered, in the order of the places.
    """
    corners = points[faces].transpose(2, 1, 0)
    edges = _edges(corners[0], corners[1])
    fronts = np.flatnonzero(edges.area > 1e-9)
    samples = _weighed(_scan(corners[1], edges, fronts, shape), edges, shape[1])
    near = samples.of(points[None, :, 2], faces)[0]
    if opaque is not None:
        near[~opaque(samples)] = -np.inf
    buffer = np.full(shape[0] * shape[1], -np.inf, np.float32)
    np.maximum.at(buffer, samples.pixel, near)
    first = np.flatnonzero((near == buffer[samples.pixel]) & (near > -np.inf))
    winner = np.full(len(buffer), -1)
    winner[samples.pixel[first]] = first
    return samples.only(winner[winner >= 0])


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """Edge k lies opposite corner k: a x + b y + c, (3, T) each, is 0 on it and grows inwards to `area`."""

    a: Floats
    b: Floats
    c: Floats
    area: Floats


def _edges(x: Floats, y: Floats) -> _Edges:
    after, last = [1, 2, 0], [2, 0, 1]
    a, b = y[last] - y[after], x[after] - x[last]
    c = x[last] * y[after] - x[after] * y[last]
    return _Edges(a, b, c, a[0] * x[0] + b[0] * y[0] + c[0])


def _scan(y: Floats, edges: _Edges, kept: Indices, shape: tuple[int, int]) -> tuple[Indices, Indices, Indices]:
    """Faces, rows and columns of all samples inside triangles, row by row."""
    low = np.clip(np.ceil(y[:, kept].min(axis=0) - 0.5), 0, shape[0]).astype(np.int64)
    high = np.clip(np.floor(y[:, kept].max(axis=0) - 0.5), -1, shape[0] - 1).astype(np.int64)
    which, row = _spread(low, high - low + 1)
    face = kept[which]
    left, right = np.full(len(face), -1e9, np.float32), np.full(len(face), 1e9, np.float32)
    middle = (row + 0.5).astype(np.float32)
    for a, b, c in zip(edges.a, edges.b, edges.c, strict=True):
        slope = a[face]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = -(b[face] * middle + c[face]) / slope
        left = np.where(slope > 0, np.maximum(left, cross), left)
        right = np.where(slope < 0, np.minimum(right, cross), right)
    first = np.clip(np.ceil(left - 0.5), 0, shape[1]).astype(np.int64)
    final = np.clip(np.floor(right - 0.5), -1, shape[1] - 1).astype(np.int64)
    span, column = _spread(first, final - first + 1)
    return face[span], row[span], column


def _spread(start: Indices, count: Indices) -> tuple[Indices, Indices]:
    """Count up from each start: which start each number belongs to, and the numbers."""
    count = np.maximum(count, 0)
    which = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return which, np.arange(len(which)) + (start - before)[which]


def _weighed(where: tuple[Indices, Indices, Indices], edges: _Edges, width: int) -> Samples:
    face, row, column = where
    x, y = (column + 0.5).astype(np.float32), (row + 0.5).astype(np.float32)
    scale = 1 / np.where(edges.area > 1e-9, edges.area, 1)
    parts = [
        (edges.a[k] * scale)[face] * x + (edges.b[k] * scale)[face] * y + (edges.c[k] * scale)[face] for k in (1, 2)
    ]
    # Rounding throws the weights of slivers far outside the triangle; there any place on it will do.
    weights = np.clip(np.stack([1 - parts[0] - parts[1], *parts]), 0, 1)
    return Samples(row * width + column, face, (weights / weights.sum(axis=0)).astype(np.float32))

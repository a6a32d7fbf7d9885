"""What a figure is put together from: sheets of triangles, their paint and their form. Knows nothing of bodies."""

from dataclasses import dataclass

import numpy as np

from omote.cast.grid import Indices, sheet
from omote.core.types import Floats

DITHER = 0.3
"""By how much the density at which ragged stuff is there may vary from place to place, up and down."""


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """What is seen on a sheet.

    Attributes:
        texels: (h, w, 5) float32: linear red, green and blue of the surface, how dense it is (0 to 1), and the share of
            it that counts as face.
        uv: (V, 2) float32, column and row of each point in `texels`.
        ragged: only what is denser than this is there; None where all of it is there.
    """

    texels: Floats
    uv: Floats
    ragged: float | None = None

    def __post_init__(self) -> None:
        if self.texels.ndim != 3 or self.texels.shape[2] != 5:
            raise ValueError(f"texels must be (h, w, 5), not {self.texels.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One surface: which points make its triangles, and its paint.

    Attributes:
        faces: (T, 3) indices of points, anticlockwise as seen from outside.
        paint: its paint.
    """

    faces: Indices
    paint: Paint


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A sheet with a form of its own, its points in rows and columns.

    Attributes:
        sheet: its triangles and paint.
        points: (R, C, 3) float32 cm.
        open_: (R, C) float32, share of the room that each point sees.
    """

    sheet: Sheet
    points: Floats
    open_: Floats

    def __post_init__(self) -> None:
        if self.points.shape != (*self.open_.shape, 3) or len(self.sheet.paint.uv) != self.open_.size:
            raise ValueError(f"points {self.points.shape} and openness {self.open_.shape} do not belong together")


def solid(points: Floats, paper: Floats, open_: Floats | float) -> Solid:
    """A form of (R, C, 3) points whose rows run down and columns to the right as seen from outside, papered evenly."""
    rows, columns = points.shape[:2]
    share = np.broadcast_to(np.asarray(open_, np.float32), (rows, columns))
    paint = Paint(paper, spread(paper, rows, columns))
    return Solid(Sheet(sheet(rows, columns), paint), np.asarray(points, np.float32), share)


def spread(paper: Floats, rows: int, columns: int) -> Floats:
    """(rows x columns, 2) places in (h, w, 5) texels, spread evenly over all of them."""
    down, right = np.linspace(0, len(paper) - 1, rows), np.linspace(0, paper.shape[1] - 1, columns)
    return np.stack(np.meshgrid(right, down), axis=2).reshape(-1, 2).astype(np.float32)


def texels(colour: Floats, dense: Floats | float = 1.0, face: Floats | float = 0.0) -> Floats:
    """Stack (h, w, 3) colours with density and face share to (h, w, 5)."""
    size = colour.shape[:2]
    extra = [np.broadcast_to(np.asarray(part, np.float32), size) for part in (dense, face)]
    return np.concatenate([colour, np.stack(extra, axis=2)], axis=2).astype(np.float32)


def linear(colour: tuple[float, float, float]) -> Floats:
    """(3,) linear light of an sRGB colour given in 0 to 1."""
    return np.asarray(np.array(colour) ** 2.2, np.float32)


def normals(points: Floats) -> Floats:
    """(R, C, 3) unit normals of a sheet of points whose rows run down and columns to the right, seen from outside."""
    down, right = np.gradient(points, axis=0), np.gradient(points, axis=1)
    across = np.stack(
        [
            down[..., 1] * right[..., 2] - down[..., 2] * right[..., 1],
            down[..., 2] * right[..., 0] - down[..., 0] * right[..., 2],
            down[..., 0] * right[..., 1] - down[..., 1] * right[..., 0],
        ],
        axis=-1,
    )
    return np.asarray(across / (np.sqrt((across * across).sum(axis=-1, keepdims=True)) + 1e-12), np.float32)

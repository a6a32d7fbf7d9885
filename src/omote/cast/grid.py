"""The net that every head is cast in: rows from crown to chin, columns around the upright axis.

Two pairs of rows lie on one line: those of the lids and those of the lips. Nothing is spanned between the rows of a
pair, so eyes and mouth open by moving them apart. The net is the same for all actors; where its nodes lie is not told
here. Heights are centimetres on the standard head, 0 at the pupils, up positive.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

Indices = npt.NDArray[np.int64]

CROWN, CHIN, LIPS = 11.7, -11.2, -6.85
_ROW_STEPS = (
    (-11.2, 0.1), (-10.9, 0.22), (-9.5, 0.3), (-8.0, 0.16), (-7.2, 0.1), (-6.85, 0.05), (-6.4, 0.1), (-5.2, 0.13),
    (-4.9, 0.11), (-3.4, 0.13), (-2.6, 0.24), (-1.2, 0.2), (-0.6, 0.1), (0.0, 0.045), (0.5, 0.08), (1.6, 0.14),
    (3.0, 0.25), (7.0, 0.5), (10.7, 0.5), (11.7, 0.1),
)  # fmt: skip
_COLUMN_STEPS = ((0.0, 0.022), (0.74, 0.026), (1.2, 0.07), (1.6, 0.1), (3.15, 0.16))


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """Rows, columns and what is spanned between them.

    Attributes:
        heights: (R,) float32 of the rows, falling.
        angles: (C,) float32 of the columns in radians, -pi..pi, 0 in front, positive to the right of the picture.
        eye: row of the upper lids' margin; the next is that of the lower lids.
        mouth: row of the upper lip's margin; the next is that of the lower lip.
        faces: (T, 3) indices of nodes (row x C + column), anticlockwise as seen from outside.
    """

    heights: Floats
    angles: Floats
    eye: int
    mouth: int
    faces: Indices

    def __post_init__(self) -> None:
        for row in (self.eye, self.mouth):
            if self.heights[row] != self.heights[row + 1]:
                raise ValueError("the rows of lids and of lips come in pairs on one line")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return len(self.heights), len(self.angles)


@lru_cache(maxsize=1)
def net() -> Net:
    """The net of all heads."""
    above = _march(0.0, CROWN, _ROW_STEPS)[::-1]
    between = _march(LIPS, 0.0, _ROW_STEPS)[::-1]
    below = _march(CHIN, LIPS, _ROW_STEPS)[::-1]
    half = _march(0.0, float(np.pi), _COLUMN_STEPS)
    heights = np.concatenate([above, between, below]).astype(np.float32)
    angles = np.concatenate([-half[:0:-1], half]).astype(np.float32)
    eye, mouth = len(above) - 1, len(above) + len(between) - 1
    gaps = (eye, mouth)
    faces = sheet(len(heights), len(angles))
    row = faces[:, 0].reshape(-1, 2) // len(angles)
    kept = ~np.isin(row.min(axis=1), gaps)
    return Net(heights, angles, eye, mouth, faces.reshape(-1, 6)[kept].reshape(-1, 3))


def sheet(rows: int, columns: int) -> Indices:
    """Triangles of a full sheet of rows x columns nodes, row 0 on top, anticlockwise as seen from the front.

    Returns:
        (2 (rows - 1) (columns - 1), 3) indices; the two triangles of a cell follow each other.
    """
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, under, across = corner + 1, corner + columns, corner + columns + 1
    return np.stack([corner, under, right, right, under, across], axis=1).reshape(-1, 3)


def _march(start: float, end: float, steps: tuple[tuple[float, float], ...]) -> Floats:
    where, size = np.array(steps).T
    places = [start]
    while places[-1] < end:
        places.append(places[-1] + float(np.interp(places[-1], where, size)))
    scaled = start + (np.array(places) - start) * (end - start) / (places[-1] - start)
    return scaled.astype(np.float32)

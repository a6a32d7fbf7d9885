"""Square crops of aligned faces, with faceswap's geometry: same centre, same padding, same pixels."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.geometry import Matrix, inverse, similarity, transform
from omote.imaging.landmarks import INNER, MEAN_FACE
from omote.imaging.pose import fit_head

Centering = Literal["legacy", "face", "head"]

_PADDING: dict[Centering, float] = {"legacy": 0.375, "face": 0.5, "head": 0.625}
# Points of the head, in centimetres, that lie in the middle of the crop; legacy crops keep the mean face's middle.
_MIDDLE: dict[Centering, tuple[float, float, float]] = {"face": (0.0, -1.5, 4.2), "head": (0.0, 0.0, -2.3)}


def alignment(landmarks: Floats) -> Matrix:
    """Return the similarity from the picture to the unit square of the mean face, by the 51 inner points."""
    return similarity(landmarks[INNER], MEAN_FACE)


def crop_matrix(
    landmarks: Floats,
    size: int,
    centering: Centering = "head",
    coverage: float = 1.0,
    vertical_offset: float = 0.0,
) -> Matrix:
    """Return the map from the picture to a square crop of a face.

    Args:
        landmarks: (68, 2).
        size: side of the crop in pixels.
        centering: what lies in its middle, and how much of the head it shows: legacy (tight, between eyes and mouth),
            face, or head (loose, the middle of the skull).
        coverage: share of the full crop's side that is shown, 0.625 to 1.
        vertical_offset: percent of the full crop's side; negative moves the face up, so that more chin is shown.
    """
    matrix = alignment(landmarks)
    if centering != "legacy":
        middle = fit_head(landmarks, matrix).project(_MIDDLE[centering])
        matrix[:, 2] += 0.5 - middle
    matrix[1, 2] += vertical_offset / 100 / (1 - _PADDING[centering])
    # Rounded, as faceswap does, so that pixels agree.
    padding = round(size * (_PADDING[centering] + coverage - 1) / (2 * coverage))
    matrix *= size - 2 * padding
    matrix[:, 2] += padding
    return matrix


def corners(matrix: Matrix, size: int) -> Floats:
    """Return where the (4, 2) corners of a crop lie in the picture, clockwise from the top left."""
    square: npt.NDArray[np.float64] = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float64)
    return transform(square, inverse(matrix))

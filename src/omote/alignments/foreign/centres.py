"""From the pixels of OpenCV's users to ours and back.

faceswap and DeepFaceLab hand their points and maps to OpenCV as they are, and OpenCV takes the centre of the top-left
pixel for (0, 0). Ours is (0.5, 0.5), so the same spot of the same picture has coordinates half a pixel larger here.
Boxes are whole pixels there, from the first one to the last, which are the edges that ours have: they stay.

Points go there and back without loss: a float32 less a half is exact in float64. (Below 2⁻³⁰ of a pixel it is not, and
what comes back is then off by less than 2⁻⁵³ of a pixel.)
"""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.geometry import Matrix, compose, shifted


def from_centres(points: npt.ArrayLike) -> Floats:
    """Return (N, 2) points of theirs as ours."""
    return (np.asarray(points, np.float64) + 0.5).astype(np.float32)


def to_centres(points: Floats) -> npt.NDArray[np.float64]:
    """Return (N, 2) points of ours as theirs."""
    return points.astype(np.float64) - 0.5


def map_from_centres(matrix: Matrix) -> Matrix:
    """Return a map between two pictures of theirs as one between two of ours."""
    return compose(shifted(0.5, 0.5), compose(matrix, shifted(-0.5, -0.5)))


def map_to_centres(matrix: Matrix) -> Matrix:
    """Return a map between two pictures of ours as one between two of theirs."""
    return compose(shifted(-0.5, -0.5), compose(matrix, shifted(0.5, 0.5)))

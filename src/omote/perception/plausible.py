"""Whether 68 points can be those of a face: what a detector takes for one and is none mostly gives itself away here."""

from dataclasses import dataclass

import numpy as np

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import angle_of, scale_of, transform
from omote.imaging.landmarks import INNER, LEFT_EYE, MEAN_FACE, MOUTH, RIGHT_EYE
from omote.perception.config import PlausibleConfig

_RIGHT_CORNER, _LEFT_CORNER = 48, 54


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells a face from a freak.

    Attributes:
        scale: side of the aligned face as a share of the picture's shorter side.
        distance: mean distance of the 51 inner points from the mean face, percent of its side. About 4 for a face that
            looks ahead and 8 for a half profile.
        roll: lean in degrees to either side.
        ordered: the eyes lie above the mouth, the right eye and corner of the mouth to the left of the left ones.
    """

    scale: float
    distance: float
    roll: float
    ordered: bool


def shape_of(landmarks: Floats, width: int, height: int) -> Shape:
    """Measure (68, 2) points in a picture of that size."""
    matrix = alignment(landmarks)
    upright = transform(landmarks, matrix)
    distance = np.linalg.norm(upright[INNER] - MEAN_FACE, axis=1).mean()
    return Shape(
        scale=1 / scale_of(matrix) / min(width, height),
        distance=100 * float(distance),
        roll=abs(angle_of(matrix)),
        ordered=_ordered(upright),
    )


def plausible(shape: Shape, bounds: PlausibleConfig) -> bool:
    """Whether a shape keeps within all bounds."""
    return (
        bounds.min_scale <= shape.scale <= bounds.max_scale
        and shape.distance <= bounds.distance
        and shape.roll <= bounds.roll
        and (shape.ordered or not bounds.features)
    )


def _ordered(upright: Floats) -> bool:
    right, left, mouth = upright[RIGHT_EYE], upright[LEFT_EYE], upright[MOUTH]
    above = max(right[:, 1].max(), left[:, 1].max()) < mouth[:, 1].min()
    across = right[:, 0].mean() < left[:, 0].mean() and upright[_RIGHT_CORNER, 0] < upright[_LEFT_CORNER, 0]
    return bool(above and across)

"""How far mouth and eyes of a face are open, read off its 68 points."""

from dataclasses import dataclass

import numpy as np

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import transform

_LIPS = ((61, 67), (62, 66), (63, 65))
_LIDS = ((37, 41), (38, 40), (43, 47), (44, 46))


@dataclass(frozen=True, slots=True)
class Openness:
    """Gaps in percent of the side of the aligned face, brows to below the mouth.

    The aligned face keeps its height when a head turns, so a gap is the same from the front and from the side.

    Attributes:
        mouth: between the inner lips: under 2 closed, 2 to 6 as people talk, from 6 on open wide.
        eyes: between the lids, the mean of both: 4 to 8 open, whoever it is, and well under half of that shut.
    """

    mouth: float
    eyes: float


def openness(landmarks: Floats) -> Openness:
    """Measure (68, 2) points."""
    upright = transform(landmarks, alignment(landmarks))
    return Openness(_gap(upright, _LIPS), _gap(upright, _LIDS))


def _gap(points: Floats, pairs: tuple[tuple[int, int], ...]) -> float:
    above, below = (points[list(side)] for side in zip(*pairs, strict=True))
    return 100 * float(np.linalg.norm(above - below, axis=1).mean())

"""The part of a picture that holds one face: so that nothing done for a face costs more in a larger picture."""

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Matrix, compose, resize, scale_of, shifted, similarity
from omote.imaging.landmarks import MEAN_FACE, five_points

_FINE = 200  # pixels of a mean face's side that are enough: landmarkers and crops look at about as many
_FIVE = five_points(np.concatenate([np.zeros((17, 2)), MEAN_FACE]).astype(np.float32))


def surroundings(picture: Picture, five: Floats, reach: float) -> tuple[Picture, Matrix]:
    """Return the part of a picture around a face and the map to it.

    Its pixels are the picture's own, or for a large face the mean of 2 × 2, 3 × 3, … of them.

    Args:
        picture: (H, W, 3).
        five: (5, 2) points of the face, not all in one place.
        reach: how far to go from their middle to each side, in sides of the mean face; the whole face is there from 1.2
            on, however it leans.

    Raises:
        ValueError: the five points all lie in one place.
    """
    side = face_side(five)
    step = max(1, min(int(side / _FINE), *picture.shape[:2]))
    # A part of at least one large pixel, even of a face that lies outside the picture.
    lowest, highest = (five.mean(0) + way * reach * side for way in (-1, 1))
    ends = np.array(picture.shape[1::-1])
    left, top = np.clip(lowest, 0, ends - step).astype(int)
    across, down = np.maximum(np.clip(highest, 0, ends).astype(int) - (left, top), step) // step
    part = picture[top : top + down * step, left : left + across * step]
    smaller = np.diag([1 / step, 1 / step, 1.0])[:2]
    return (part if step == 1 else resize(part, across, down)), compose(smaller, shifted(-left, -top))


def face_side(five: Floats) -> float:
    """Return the side in pixels of the square of the mean face that (5, 2) points agree with best.

    Raises:
        ValueError: the five points all lie in one place.
    """
    return 1 / scale_of(similarity(five, _FIVE))

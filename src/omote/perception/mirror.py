"""A picture in a mirror: landmarkers err otherwise there, so that what they say of both is better than of one."""

import numpy as np
import numpy.typing as npt

from omote.core.types import Detection, Floats, Picture

_TWINS: npt.NDArray[np.int64] = np.array([
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1),
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), *range(67, 64, -1),
])  # fmt: skip
"""(68,): which point each one becomes in a mirror."""


def mirrored_picture(picture: Picture) -> Picture:
    """Turn a picture over, top to bottom.

    Its faces are then mirrored and upside down, which is all the same to a landmarker, as it turns each upright by its
    five points; and rows are moved whole, many times faster than pixels within them.
    """
    return np.ascontiguousarray(picture[::-1])


def mirrored_face(face: Detection, height: int) -> Detection:
    """Return where a face lies in the mirrored picture; its right eye is there the eye that was left."""
    left, top, right, bottom = face.box
    box = np.array([left, height - bottom, right, height - top], np.float32)
    return Detection(box, face.score, _over(face.points, height)[[1, 0, 2, 4, 3]])


def mirrored_landmarks(landmarks: Floats, height: int) -> Floats:
    """Bring (68, 2) points from the mirrored picture to the picture, or the other way; each by its own name."""
    return _over(landmarks, height)[_TWINS]


def _over(points: Floats, height: int) -> Floats:
    return np.stack([points[:, 0], height - points[:, 1]], 1).astype(np.float32)

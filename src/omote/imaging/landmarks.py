"""The 68 points of a face: what each is, their mean, and what can be read off them.

The mean is the shape of dlib's `get_face_chip_details` (Boost licence), moved sideways so that its nose line is at
x = 0.5, which makes it the mean face that faceswap aligns to; so crops go both ways between the two.
"""

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

JAW, BROWS, NOSE, MOUTH = slice(0, 17), slice(17, 27), slice(27, 36), slice(48, 68)
RIGHT_BROW, LEFT_BROW = slice(17, 22), slice(22, 27)
RIGHT_EYE, LEFT_EYE = slice(36, 42), slice(42, 48)
INNER = slice(17, 68)
"""The 51 points that alignment uses: all but the jaw, which depends on the view."""

_CENTRE = 0.5 - 0.490127
_X = [
    0.000213256, 0.0752622, 0.18113, 0.29077, 0.393397, 0.586856, 0.689483, 0.799124, 0.904991, 0.98004,
    0.490127, 0.490127, 0.490127, 0.490127, 0.36688, 0.426036, 0.490127, 0.554217, 0.613373,
    0.121737, 0.187122, 0.265825, 0.334606, 0.260918, 0.182743, 0.645647, 0.714428, 0.793132, 0.858516, 0.79751,
    0.719335, 0.254149, 0.340985, 0.428858, 0.490127, 0.551395, 0.639268, 0.726104, 0.642159, 0.556721, 0.490127,
    0.423532, 0.338094, 0.290379, 0.428096, 0.490127, 0.552157, 0.689874, 0.553364, 0.490127, 0.42689,
]  # fmt: skip
_Y = [
    0.106454, 0.038915, 0.0187482, 0.0344891, 0.0773906, 0.0773906, 0.0344891, 0.0187482, 0.038915, 0.106454,
    0.203352, 0.307009, 0.409805, 0.515625, 0.587326, 0.609345, 0.628106, 0.609345, 0.587326,
    0.216423, 0.178758, 0.179852, 0.231733, 0.245099, 0.244077, 0.231733, 0.179852, 0.178758, 0.216423, 0.244077,
    0.245099, 0.780233, 0.745405, 0.727388, 0.742578, 0.727388, 0.745405, 0.780233, 0.864805, 0.902192, 0.909281,
    0.902192, 0.864805, 0.784792, 0.778746, 0.785343, 0.778746, 0.784792, 0.824182, 0.831803, 0.824182,
]  # fmt: skip
MEAN_FACE: npt.NDArray[np.float64] = np.stack([np.array(_X) + _CENTRE, np.array(_Y)], axis=1)
"""(51, 2): where points 17 to 67 of a mean frontal face lie in a unit square."""


def five_points(landmarks: Floats) -> Floats:
    """Reduce (68, 2) landmarks to the (5, 2) a detector gives: eyes, nose tip, corners of the mouth."""
    eyes = [landmarks[RIGHT_EYE].mean(0), landmarks[LEFT_EYE].mean(0)]
    return np.array([*eyes, landmarks[30], landmarks[48], landmarks[54]], np.float32)


def eye_distance(landmarks: Floats) -> float:
    """Return the distance between the outer corners of the eyes in pixels: the field's measure of a face's size."""
    return float(np.linalg.norm(landmarks[36] - landmarks[45]))

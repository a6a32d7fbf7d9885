"""PIPNet (Jin et al. 2021) with 68 points, or with 98 that are reduced to the same 68, run by uniface."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from uniface import landmark

from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import Matrix, angle_of, compose, inverse, scale_of, shifted, similarity, transform, warp
from omote.perception.uniface_chips import FIVE, bgr
from omote.perception.weights import ready

_SIDE = 256
_PADDING = 0.1
# A box from which the library, padding it as in training, cuts just the square that it is given.
_WHOLE = np.array([0, -_SIDE / 4, _SIDE - 1, _SIDE - 1])

# Which of WFLW's 98 points is which of the 68: every second of the jaw, the upper edges of the brows, six of the eight
# of each eye; nose and mouth are the same.
FROM_98 = np.array([
    *range(0, 33, 2), *range(33, 38), *range(42, 47), *range(51, 60),
    60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75, *range(76, 96),
])  # fmt: skip


class Pipnet68:
    """PIPNet trained on 300-W and CelebA."""

    def __init__(self) -> None:
        self._network = landmark.PIPNet(model_name=ready("pipnet-68"))

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        """Return (68, 2) points for each face."""
        return [_points(self._network, picture, face) for face in faces]


class Pipnet98:
    """PIPNet trained on WFLW, whose faces are harder: turned, hidden, badly lit."""

    def __init__(self) -> None:
        self._network = landmark.PIPNet(model_name=ready("pipnet-98"))

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        """Return (68, 2) points for each face."""
        return [_points(self._network, picture, face)[FROM_98] for face in faces]


def _points(network: Any, picture: Picture, face: Detection) -> Floats:  # noqa: ANN401 - uniface has no types
    matrix = upright_box(face)
    found = network.get_landmarks(bgr(warp(picture, matrix, _SIDE, _SIDE)), _WHOLE)
    return transform(found, inverse(matrix))


def upright_box(face: Detection) -> Matrix:
    """Return the map from the picture to the 256 px square that PIPNet is shown: the face's box, upright.

    As in its training, a tenth of the box is added at the sides and below and cut off above, and it is stretched to a
    square. The box of a face that leans is taken to be that of the face turned upright about the box's middle, with its
    sides swapped when that is nearer a quarter turn; this is exact at whole quarter turns.
    """
    turn = similarity(face.points, FIVE)
    width, height = np.maximum(face.box[2:] - face.box[:2], 1).astype(float)
    if round(angle_of(turn) / 90) % 2:
        width, height = height, width
    middle = (face.box[:2] + face.box[2:]).astype(float) / 2
    upright = compose(np.hstack([turn[:, :2] / scale_of(turn), np.zeros((2, 1))]), shifted(*-middle))
    left, top = width * (0.5 + _PADDING), height * (0.5 - _PADDING)
    stretch = np.array([[_SIDE / (width * (1 + 2 * _PADDING)), 0.0, 0.0], [0.0, _SIDE / height, 0.0]])
    return compose(stretch, compose(shifted(left, top), upright))

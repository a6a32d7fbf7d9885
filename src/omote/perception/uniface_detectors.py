"""RetinaFace (Deng et al. 2019), SCRFD (Guo et al. 2021) and YOLOv8-face, run by uniface.

Each sees a picture scaled into the top left of a 640 px square. Their boxes and points count from pixel corners as ours
do, so that nothing is to be shifted.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from uniface import detection

from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import resize
from omote.perception.uniface_chips import bgr
from omote.perception.weights import ready

_SIDE = 640
_BLACK, _GREY = 0, 114  # what the networks saw around pictures in training


class RetinaFace:
    """RetinaFace on a ResNet-34."""

    def __init__(self, threshold: float) -> None:
        self._network = detection.RetinaFace(model_name=ready("retinaface"), confidence_threshold=threshold)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first."""
        return [_faces(self._network, bgr(square), back) for square, back in _squares(pictures, _BLACK)]


class Scrfd:
    """SCRFD with 10 GFLOP and points."""

    def __init__(self, threshold: float) -> None:
        self._network = detection.SCRFD(model_name=ready("scrfd"), confidence_threshold=threshold)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first."""
        # Its publishers trained and run it with red first; uniface shows it the order that it is given.
        return [_faces(self._network, square, back) for square, back in _squares(pictures, _BLACK)]


class Yolov8Face:
    """YOLOv8n-face."""

    def __init__(self, threshold: float) -> None:
        self._network = detection.YOLOv8Face(model_name=ready("yolov8-face"), confidence_threshold=threshold)

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first."""
        return [_faces(self._network, bgr(square), back) for square, back in _squares(pictures, _GREY)]


def _squares(pictures: Sequence[Picture], around: int) -> list[tuple[Picture, Floats]]:
    """Scale pictures into squares; with each comes how many of its pixels one of the square is along x and y.

    The library can do it too, but rounds the smaller side and then scales back as if it had not: some pixels, on a wide
    frame.
    """
    return [_square(picture, around) for picture in pictures]


def _square(picture: Picture, around: int) -> tuple[Picture, Floats]:
    height, width = picture.shape[:2]
    scale = _SIDE / max(height, width)
    small = resize(picture, *(max(1, round(side * scale)) for side in (width, height)))
    square = np.full((_SIDE, _SIDE, 3), around, np.uint8)
    square[: small.shape[0], : small.shape[1]] = small
    return square, np.array([width / small.shape[1], height / small.shape[0]], np.float32)


def _faces(network: Any, square: Picture, back: Floats) -> list[Detection]:  # noqa: ANN401 - uniface has no types
    found = [
        Detection(
            (np.asarray(face.bbox, np.float32).reshape(2, 2) * back).reshape(4),
            min(float(face.confidence), 1.0),
            np.asarray(face.landmarks, np.float32) * back,
        )
        for face in network.detect(square)
    ]
    return sorted(found, key=lambda face: -face.score)

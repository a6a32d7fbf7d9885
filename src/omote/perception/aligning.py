"""From found faces to aligned ones: 68 points, where the head looks, how sharp it is."""

from collections.abc import Sequence

from omote.core.types import Detection, Face, Floats, Picture
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.pose import fit_head, pose_of
from omote.imaging.quality import sharpness
from omote.perception.config import LookConfig
from omote.perception.registry import landmarker

_MEASURED = 256


class Aligner:
    """Aligns faces with one landmarker, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self._landmarker = landmarker(config.landmarker)

    def align(self, picture: Picture, found: Sequence[Detection]) -> list[Face]:
        """Return the faces of one picture in the order of their detections."""
        points = self._landmarker.landmarks(picture, found)
        return [_measured(picture, face, marks) for face, marks in zip(found, points, strict=True)]


def _measured(picture: Picture, detection: Detection, landmarks: Floats) -> Face:
    matrix = alignment(landmarks)
    face = warp(picture, crop_matrix(landmarks, _MEASURED, "legacy"), _MEASURED, _MEASURED)
    return Face(detection, landmarks, pose_of(fit_head(landmarks, matrix), matrix), sharpness(face))

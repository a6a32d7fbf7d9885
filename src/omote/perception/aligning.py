"""From found faces to aligned ones: 68 points, where the head looks, how sharp it is."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import Detection, Face, Floats, Picture
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import compose, inverse, transform, warp
from omote.imaging.pose import fit_head, pose_of
from omote.imaging.quality import sharpness
from omote.perception.config import LookConfig
from omote.perception.passes import Passes
from omote.perception.plausible import plausible, shape_of
from omote.perception.registry import landmarker
from omote.perception.surroundings import surroundings

_MEASURED = 256
_REACH = 1.6  # room for passes that begin elsewhere than where the detector said
_LEAST = 1e-3  # pixels that five points must spread over to be those of a face


class Aligner:
    """Aligns faces with one landmarker, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self._passes = Passes(landmarker(config.landmarker), config.refeed, config.realign)
        self._bounds = config.plausible

    def align(self, picture: Picture, found: Sequence[Detection], near: Sequence[Floats] | None = None) -> list[Face]:
        """Return the faces of one picture in the order of their detections, without those that can be no faces.

        As many were dropped as there are more detections than faces; each face tells which detection is its own.

        Args:
            picture: (H, W, 3).
            found: its faces.
            near: (68, 2) for each of them, about where its points are, where that is known.
        """
        height, width = picture.shape[:2]
        begun: Sequence[Floats | None] = [None] * len(found) if near is None else near
        faces = [
            self._one(picture, each, start)
            for each, start in zip(found, begun, strict=True)
            if np.ptp(each.points, axis=0).max() > _LEAST
        ]
        return [face for face in faces if plausible(shape_of(face.landmarks, width, height), self._bounds)]

    def _one(self, picture: Picture, detection: Detection, near: Floats | None) -> Face:
        part, matrix = surroundings(picture, detection.points, _REACH)
        corners, five = (transform(points, matrix) for points in (detection.box.reshape(2, 2), detection.points))
        inside = Detection(corners.reshape(4), detection.score, five)
        points, confidence = self._passes.landmarks(part, inside, None if near is None else transform(near, matrix))
        landmarks = transform(points, inverse(matrix))
        upright = alignment(landmarks)
        crop = compose(crop_matrix(landmarks, _MEASURED, "legacy"), inverse(matrix))
        return Face(
            detection, landmarks, pose_of(fit_head(landmarks, upright), upright),
            sharpness(warp(part, crop, _MEASURED, _MEASURED)), confidence,
        )  # fmt: skip

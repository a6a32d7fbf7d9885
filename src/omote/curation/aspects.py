"""What is to vary in a faceset, in figures, a row a face: where it looks, what it does, how it is lit, how sharp."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omote.core.types import Floats
from omote.curation.expression import openness
from omote.curation.faces import FacePicture
from omote.curation.glimpse import Glimpse
from omote.curation.shapes import distances
from omote.imaging.geometry import scale_of

BLURRED = 20.0
"""Under this sharpness a face is blurred, as `imaging.quality.sharpness` has it."""
SHUT = 0.6
"""Eyes are shut when they are open less than this share of what is usual for their owner."""
_FAR = 5.0  # times what is usual: points so far from where this folder's faces have them do not sit
_PLAIN = 2.0  # percent of the face: what the points of any good face differ by, however few there are to learn from
_DOUBTED = 0.4  # confidence under which points are not to be trusted


@dataclass(frozen=True, slots=True, eq=False)
class Aspects:
    """Figures of N faces, each (N,) float32.

    Attributes:
        yaw, pitch: degrees, as `Pose`: positive to the right of the picture and up.
        mouth: see `Openness`.
        eyes: how far they are open, as a share of what is usual in this folder; 1 is usual.
        brightness, side, warmth: see `Light`.
        sharpness: see `Face`.
        size: side of the face picture in pixels of the footage: what was really seen.
        distance: see `shapes.distances`.
        confidence: see `Face`.
    """

    yaw: Floats
    pitch: Floats
    mouth: Floats
    eyes: Floats
    brightness: Floats
    side: Floats
    warmth: Floats
    sharpness: Floats
    size: Floats
    distance: Floats
    confidence: Floats

    def __len__(self) -> int:
        return len(self.yaw)

    @property
    def misplaced(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which faces have points that do not sit, as far as that can be told."""
        usual = max(float(np.median(self.distance)), _PLAIN)
        return np.asarray((self.distance > _FAR * usual) | (self.confidence < _DOUBTED), np.bool_)


def aspects(faces: Sequence[FacePicture], seen: Sequence[Glimpse]) -> Aspects:
    """Measure the faces of a folder.

    Args:
        faces: N faces, one at least.
        seen: their N glimpses.
    """
    records = [face.record.face for face in faces]
    gaps = [openness(record.landmarks) for record in records]
    eyes = np.array([gap.eyes for gap in gaps])
    return Aspects(
        *(np.array(column, np.float32) for column in (
            [record.pose.yaw for record in records],
            [record.pose.pitch for record in records],
            [gap.mouth for gap in gaps],
            eyes / max(float(np.median(eyes)), 1e-3),
            [glimpse.light.brightness for glimpse in seen],
            [glimpse.light.side for glimpse in seen],
            [glimpse.light.warmth for glimpse in seen],
            [record.sharpness for record in records],
            [face.record.size / scale_of(face.record.matrix) for face in faces],
            distances(records),
            [record.confidence for record in records],
        ))
    )  # fmt: skip

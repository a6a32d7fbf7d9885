"""Which part of which frame is made anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from omote.alignments.record import FaceRecord
from omote.core.types import Floats
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A face to be swapped.

    Attributes:
        landmarks: (68, 2) in the frame.
        matrix: (2, 3) map from the frame to the square crop.
        size: side of the crop in pixels.
    """

    landmarks: Floats
    matrix: Matrix
    size: int


def plan(faces: Iterable[FaceRecord], crop: CropConfig, size: int) -> list[Placement]:
    """Return where a frame's faces are to be swapped, with the crop that the model was trained on."""
    return [
        Placement(
            face.landmarks, crop_matrix(face.landmarks, size, crop.centering, crop.coverage, crop.vertical_offset), size
        )
        for face in faces
    ]

"""Which part of which frame is made anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from omote.alignments.mask import MaskRecord
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
        frame: number of the frame.
        track: number of the run of frames through which the face was followed.
        motion: (2,) pixels that the face's middle moves from this frame to the next.
        masks: those that the alignments keep of it, by name.
    """

    landmarks: Floats
    matrix: Matrix
    size: int
    frame: int = 0
    track: int = 0
    motion: Floats = field(default_factory=lambda: np.zeros(2, np.float32))
    masks: Mapping[str, MaskRecord] = field(default_factory=dict)


def plan(faces: Iterable[FaceRecord], crop: CropConfig, size: int) -> list[Placement]:
    """Return where a frame's faces are to be swapped, with the crop that the model was trained on."""
    return [
        Placement(
            face.landmarks, crop_matrix(face.landmarks, size, crop.centering, crop.coverage, crop.vertical_offset), size
        )
        for face in faces
    ]

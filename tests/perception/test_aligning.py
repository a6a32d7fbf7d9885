import numpy as np

from omote.cast.render import Shot
from omote.core.types import Detection
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.aligning import Aligner
from omote.perception.config import LookConfig


def test_a_drawn_face_is_aligned_from_its_five_points(shots: list[Shot]) -> None:
    aligner = Aligner(LookConfig())
    for shot in shots:
        box = np.concatenate([shot.landmarks.min(0), shot.landmarks.max(0)])
        (face,) = aligner.align(shot.rgb, [Detection(box, 1.0, five_points(shot.landmarks))])
        error = np.linalg.norm((face.landmarks - shot.landmarks)[17:], axis=1).mean()
        assert error < 0.09 * eye_distance(shot.landmarks)

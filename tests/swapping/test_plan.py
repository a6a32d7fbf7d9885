import numpy as np

from omote.alignments.record import FaceRecord
from omote.faceset.config import CropConfig
from omote.imaging.crops import crop_matrix
from omote.swapping.plan import plan


def test_each_face_is_placed_by_the_model_s_crop(face: FaceRecord) -> None:
    (place,) = plan([face], CropConfig(centering="legacy", coverage=0.7, vertical_offset=4), 64)
    np.testing.assert_array_equal(place.matrix, crop_matrix(face.landmarks, 64, "legacy", 0.7, 4))
    assert place.size == 64
    assert plan([], CropConfig(), 64) == []

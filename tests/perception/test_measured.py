from omote.core.types import Floats, Picture
from omote.imaging.quality import quality
from omote.perception.measured import Measured


def test_each_face_is_measured_by_its_own_points(picture: Picture, landmarks: Floats) -> None:
    small = (landmarks * 0.5).astype(landmarks.dtype)
    assert Measured().qualities(picture, [landmarks, small]) == [quality(picture, landmarks), quality(picture, small)]

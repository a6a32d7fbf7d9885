import numpy as np
import pytest

from omote.alignments.foreign.face import ForeignFace, ForeignFrame, ForeignSource
from omote.alignments.record import FrameRecord
from omote.core.types import Floats


def test_a_face_becomes_a_record_with_the_pose_of_its_points(landmarks: Floats) -> None:
    face = ForeignFace(np.array([1, 2, 3, 4], np.float32), landmarks, vectors={"v": np.ones(3, np.float32)})
    record = face.record("id", FrameRecord(1, 2, "a.png"), {"detector": "fsa 2.4"}, 3.0)
    assert abs(record.pose.yaw) < 3
    assert abs(record.pose.roll) < 1
    assert (record.score, record.sharpness, record.made_by) == (1.0, 3.0, {"detector": "fsa 2.4"})
    assert set(record.vectors) == {"v"}
    assert (record.track, record.person, record.raw, record.quality) == (None, None, None, None)


def test_points_that_are_no_face_are_refused(landmarks: Floats) -> None:
    box = np.zeros(4, np.float32)
    with pytest.raises(ValueError, match="one spot or line"):
        ForeignFace(box, landmarks * np.array([1, 0], np.float32))
    with pytest.raises(ValueError, match="larger than any frame"):
        ForeignFace(box, landmarks * 1000)


def test_a_source_counts_its_faces(landmarks: Floats) -> None:
    face = ForeignFace(np.zeros(4, np.float32), landmarks)
    frames = (ForeignFrame("a", None, (face, face)), ForeignFrame("b", None, ()))
    assert ForeignSource("x", "a", False, None, frames).faces() == 2

from pathlib import Path

import numpy as np

from omote.alignments.describe import face_picture, face_record, frame_record
from omote.alignments.png import read_record
from omote.alignments.record import FaceRecord, SourceRecord
from omote.core.types import Detection, Face, Floats, Frame, Picture, Pose
from omote.imaging.geometry import inverse, transform, warp
from omote.imaging.pictures import decode


def test_ids_say_which_face_of_which_frame_of_which_source(
    picture: Picture, source: SourceRecord, landmarks: Floats
) -> None:
    box = np.array([1, 2, 3, 4], np.float32)
    seen = Face(Detection(box, 0.5, np.zeros((5, 2), np.float32)), landmarks, Pose(1, 2, 3), 4.0)
    frame = frame_record(Frame(7, 280, "clip_000008", picture))
    records = [face_record(frame, number, seen, source, {"detector": "d"}, "t", landmarks + 1) for number in (0, 1)]
    assert [record.id for record in records] == ["0123456789ab-000007-0", "0123456789ab-000007-1"]
    assert (records[1].track, records[1].confidence) == ("t", seen.confidence)
    np.testing.assert_array_equal(records[1].raw, landmarks + 1)
    assert records[0].frame.pts == 280
    assert records[0].box.tolist() == [1, 2, 3, 4]


def test_the_picture_holds_the_face_and_says_where_it_was(
    tmp_path: Path, picture: Picture, source: SourceRecord, face: FaceRecord
) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(face_picture(picture, face, source, 512))
    record, pixels = read_record(path), decode(path.read_bytes())
    assert record is not None
    assert pixels is not None
    assert pixels.shape == (512, 512, 3)
    assert record.centering == "head"
    inner = transform(face.landmarks, record.matrix)
    assert (inner > 100).all()
    assert (inner < 430).all()
    back = warp(pixels, inverse(record.matrix), 240, 220)
    np.testing.assert_allclose(back[60:150, 70:150].astype(int), picture[60:150, 70:150], atol=4)

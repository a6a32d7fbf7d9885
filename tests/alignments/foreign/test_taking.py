from pathlib import Path

import numpy as np

from omote.alignments.folder import face_pictures
from omote.alignments.foreign.face import ForeignFace, ForeignFrame
from omote.alignments.foreign.taking import Taker
from omote.alignments.record import FrameRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.types import Floats, Picture


def test_faces_with_pixels_get_pictures_and_none_is_written_over(
    tmp_path: Path, source: SourceRecord, landmarks: Floats, picture: Picture
) -> None:
    face = ForeignFace(np.array([60, 50, 160, 160], np.float32), landmarks)
    frame = ForeignFrame("clip_000001.mp4", None, (face, face))
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "clip_000001_0.png").write_text("a user's")
    taker = Taker(source, "fsa 2.4", tmp_path / "faces", 64, overwrite=False)
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        taker.take(alignments, FrameRecord(0, 0, "clip_000001"), picture, frame)
        taker.take(alignments, FrameRecord(1, 40, "clip_000002"), None, frame)
        assert (alignments.counts(), len(alignments.pictured()), taker.pictures) == ((2, 2, 4), 2, 2)
        made = list(alignments.faces())
    assert (tmp_path / "faces" / "clip_000001_0.png").read_text() == "a user's"
    assert {record.face.id for _, record in face_pictures(tmp_path / "faces")} == {made[0].id, made[1].id}
    assert made[0].sharpness > 0
    assert made[2].sharpness == 0

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.png import with_record
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.core.errors import MediaError, OmoteError, Stopped
from omote.core.types import Picture
from omote.curation.faces import faces_in
from omote.imaging.crops import crop_matrix
from omote.imaging.pictures import encode_png


@pytest.fixture
def folder(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    for name in ("b.png", "person-01/a.png", ".aside/blurred/c.png"):
        path = tmp_path / "faces" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(face_picture(picture, replace(face, id=path.stem), source, 64))
    return tmp_path / "faces"


def test_faces_come_with_their_records_and_what_is_aside_stays_there(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    faces = faces_in(folder, lambda done, total: told.append((done, total)))
    assert [(face.path.name, face.record.face.id) for face in faces] == [("b.png", "b"), ("a.png", "a")]
    assert told == [(1, 0), (2, 0)]


def test_pixels_are_those_of_the_file(tmp_path: Path, face: FaceRecord, source: SourceRecord) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    record = PictureRecord(face, source, 32, "head", crop_matrix(face.landmarks, 32))
    (tmp_path / "a.png").write_bytes(with_record(encode_png(rgb), record))
    (one,) = faces_in(tmp_path)
    np.testing.assert_array_equal(one.pixels(), rgb)
    one.path.unlink()
    with pytest.raises(MediaError, match=r"cannot be read.*a\.png"):
        one.pixels()
    one.path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(MediaError, match=r"damaged.*a\.png"):
        one.pixels()


def test_a_folder_without_faces_is_named_and_reading_can_be_stopped(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for wrong in ("empty", "none"):
        with pytest.raises(OmoteError, match=f"{wrong} "):
            faces_in(tmp_path / wrong)

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        faces_in(folder, stop)

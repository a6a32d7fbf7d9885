from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.folder import face_pictures, follow, pictured_in
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import OmoteError
from omote.core.types import Picture


@pytest.fixture
def folder(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    for name in ("b.png", "sorted/person-01/a.png", ".aside/c.png"):
        path = tmp_path / "faces" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(face_picture(picture, replace(face, id=path.stem), source, 64))
    (tmp_path / "faces" / "notes.txt").write_text("mine")
    return tmp_path / "faces"


def test_sub_folders_count_and_hidden_ones_do_not(folder: Path) -> None:
    assert [(path.name, record.face.id) for path, record in face_pictures(folder)] == [("b.png", "b"), ("a.png", "a")]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match="no such folder of faces"):
        list(face_pictures(tmp_path / "none"))


def test_alignments_follow_what_was_deleted(
    tmp_path: Path, folder: Path, source: SourceRecord, face: FaceRecord
) -> None:
    with Alignments.open(tmp_path / "x.db", source) as alignments:
        alignments.add(face.frame, [replace(face, id=name) for name in "abd"], pictured=True)
        alignments.add(replace(face.frame, index=2), [replace(face, id="never pictured")])
        assert follow(alignments, folder, pictured_in(folder)) == 1
        assert alignments.ids() == {"a", "b", "never pictured"}
        assert follow(alignments, folder, pictured_in(folder)) == 0
        assert alignments.ids(rejected=True) == {"d"}
        assert follow(alignments, tmp_path / "elsewhere", pictured_in(tmp_path / "elsewhere")) == 2
        many = [replace(face, id=f"{number}") for number in range(20)]
        alignments.add(replace(face.frame, index=3), many, pictured=True)
        with pytest.raises(OmoteError, match=r"no picture of the 20 faces.*--restore"):
            follow(alignments, tmp_path / "elsewhere", pictured_in(tmp_path / "elsewhere"))
        assert len(alignments.pictured()) == 20
        assert follow(alignments, folder, pictured_in(folder)) == 20
    assert np.all([path.exists() for path, _ in face_pictures(folder)])

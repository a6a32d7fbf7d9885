from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.folder import face_pictures, pictured_in
from omote.alignments.png import read_record
from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.types import Frame, Picture
from omote.curation.moves import carry_out, set_aside
from omote.imaging.geometry import inverse, warp
from omote.imaging.masks import face_mask
from omote.stages.extracting.picturing import Appraiser, Pictures


@pytest.fixture
def frame(picture: Picture) -> Frame:
    return Frame(1, 40, "clip_000002", picture)


def test_a_face_gets_masks_where_it_is_and_a_quality(frame: Frame, face: FaceRecord) -> None:
    (appraised,) = Appraiser(["components", "extended"], "measured").appraised(frame.rgb, [face])
    assert set(appraised.masks) == {"components", "extended"}
    mask = appraised.masks["extended"]
    back = warp(mask.pixels(), inverse(mask.matrix), 240, 220, border=0) > 127
    true = face_mask(face.landmarks, 240, 220) > 0.5
    assert (back & true).sum() / (back | true).sum() > 0.97
    assert appraised.quality is not None
    assert 0 <= appraised.quality <= 1
    assert appraised.made_by == {"d": "x", "quality": "measured"}
    (bare,) = Appraiser([], "none").appraised(frame.rgb, [face])
    assert (bare.masks, bare.quality, bare.made_by) == ({}, None, {"d": "x"})


def test_no_file_is_written_over_and_no_face_twice(
    tmp_path: Path, frame: Frame, face: FaceRecord, source: SourceRecord
) -> None:
    mine = tmp_path / "clip_000002_0.png"
    mine.write_text("mine")
    pictures = Pictures(tmp_path, source, 128)
    for _ in range(2):
        pictures.write(frame, face)
    assert mine.read_text() == "mine"
    ((path, record),) = face_pictures(tmp_path)
    assert (record.face.id, record.size, pictures.paths()) == (face.id, 128, {face.id: path})


def test_a_picture_says_who_it_is_when_that_is_known(
    tmp_path: Path, frame: Frame, face: FaceRecord, source: SourceRecord
) -> None:
    pictures, mine = Pictures(tmp_path, source, 128), np.zeros(3, np.float32)
    tracked = replace(face, track="t", vectors={"made by sort": mine})
    pictures.write(frame, tracked)
    path = pictures.paths()[face.id]
    pixels = path.read_bytes()[-5000:]
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [replace(tracked, vectors={}), replace(face, id="without picture", track="t")])
        assert alignments.unnamed()
        alignments.name_people({"t": "person-03"})
        assert not alignments.unnamed()
        alignments.describe(face.id, {"v": np.ones(2, np.float32)})
        pictures.update(alignments)
        record = read_record(path)
        assert record is not None
        assert record.face.person == "person-03"
        assert {name: vector.tolist() for name, vector in record.face.vectors.items()} == {
            "made by sort": [0, 0, 0], "v": [1, 1],
        }  # fmt: skip
        assert path.read_bytes()[-5000:] == pixels
        before = path.stat().st_mtime_ns
        pictures.update(alignments)
        Pictures(tmp_path, source, 128, pictured_in(tmp_path)).update(alignments)
        assert path.stat().st_mtime_ns == before


def test_pictures_of_faces_that_are_not_wanted_are_forgotten(
    tmp_path: Path, frame: Frame, face: FaceRecord, source: SourceRecord
) -> None:
    for _ in range(2):
        pictures = Pictures(tmp_path, source, 128)
        pictures.write(frame, face)
        gone = pictures.without([face.id, "unknown"])
        assert (len(gone), pictures.paths()) == (1, {})
        list(carry_out(set_aside(tmp_path, gone, "filtered")))
        assert pictured_in(tmp_path) == {}
    assert len(list((tmp_path / ".aside" / "filtered").glob("*.png"))) == 2

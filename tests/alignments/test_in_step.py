from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.in_step import InStep
from omote.alignments.mask import MaskRecord
from omote.alignments.png import read_record, rewrite_record
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError
from omote.core.types import Picture

MASK = MaskRecord.pack(np.full((4, 4), 9, np.uint8), np.eye(3)[:2], "face")


@pytest.fixture
def path(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    (tmp_path / "a.png").write_bytes(face_picture(picture, face, source, 64))
    return tmp_path / "a.png"


@pytest.fixture
def file(tmp_path: Path, face: FaceRecord, source: SourceRecord) -> Path:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [face], pictured=True)
    return tmp_path / "a.db"


def record_of(path: Path) -> PictureRecord:
    record = read_record(path)
    assert record is not None
    return record


def test_a_mask_goes_to_both(path: Path, file: Path) -> None:
    with InStep([file]) as in_step:
        assert in_step.missing(record_of(path), ["m", "n"]) == ["m", "n"]
        in_step.mask(path, record_of(path), {"m": MASK})
    with Alignments.open(file) as alignments:
        (face,) = alignments.faces()
    for masks in (face.masks, record_of(path).face.masks):
        np.testing.assert_array_equal(masks["m"].pixels(), MASK.pixels())
    with InStep([file]) as in_step:
        assert in_step.missing(record_of(path), ["m", "n"]) == ["n"]


def test_a_kill_between_the_two_is_made_good(path: Path, file: Path, face: FaceRecord) -> None:
    with Alignments.open(file) as alignments:
        alignments.describe(face.id, {}, {"only there": MASK})
    rewrite_record(path, replace(record_of(path), face=replace(face, masks={"only here": MASK})))
    with InStep([file]) as in_step:
        assert in_step.missing(record_of(path), ["only there", "only here"]) == ["only there", "only here"]


def test_pictures_of_unknown_faces_and_without_alignments_are_pictures_too(
    path: Path, file: Path, face: FaceRecord
) -> None:
    rewrite_record(path, replace(record_of(path), face=replace(face, id="stranger")))
    for files in ([file], []):
        with InStep(files) as in_step:
            in_step.mask(path, record_of(path), {f"m{len(files)}": MASK})
            assert in_step.missing(record_of(path), [f"m{len(files)}"]) == []
    assert set(record_of(path).face.masks) == {"m0", "m1"}


def test_a_bad_file_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(AlignmentsError, match=r"no such alignments file.*none\.db"):
        InStep([file, tmp_path / "none.db"])

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.alignments.rebuild import confirm, rebuilt
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.core.errors import AlignmentsError, OmoteError
from omote.core.types import Frame

Pictures = list[tuple[Path, PictureRecord]]


@pytest.fixture
def pictures(face: FaceRecord, source: SourceRecord) -> Pictures:
    """Faces 0 and 1 of frame 1, face 0 of frame 2, a copy of the first, and one face of another take of that name."""
    mask = MaskRecord.pack(np.full((4, 4), 9, np.uint8), np.eye(3)[:2] / 3, "face")
    whole = replace(face, masks={"m": mask}, vectors={"v": np.ones(3, np.float32)}, track="t", person="p")
    later = replace(face, id="0123-000002-0", frame=replace(face.frame, index=2, pts=80, name="clip_000003"))
    faces = [whole, replace(face, id="0123-000001-1"), later, whole]
    records = [PictureRecord(each, source, 512, "head", np.eye(3)[:2]) for each in faces]
    other = replace(records[0], face=replace(face, id="other"), source=replace(source, fingerprint="feedfacecafe"))
    return [(Path(f"{number}.png"), record) for number, record in enumerate([*records, other])]


def frame(index: int, pts: int | None = None) -> Frame:
    return Frame(index, 40 * index if pts is None else pts, f"renamed_{index + 1:06d}", np.zeros((2, 2, 3), np.uint8))


def test_all_that_the_pictures_know_is_there_again(tmp_path: Path, pictures: Pictures) -> None:
    with rebuilt(pictures, tmp_path / "new") as files:
        names = [file.name for file in files]
    assert names == ["clip.alignments.db", "clip-feedface.alignments.db"]
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(names)
    with Alignments.open(tmp_path / "new" / "clip.alignments.db") as alignments:
        assert alignments.source == pictures[0][1].source
        assert (alignments.counts(), alignments.finished) == ((2, 2, 3), False)
        assert alignments.pictured() == alignments.ids()
        first, *_ = alignments.faces()
    whole = pictures[0][1].face
    assert (first.id, first.frame, first.track, first.person) == (whole.id, whole.frame, "t", "p")
    np.testing.assert_array_equal(first.landmarks, whole.landmarks)
    np.testing.assert_array_equal(first.masks["m"].pixels(), whole.masks["m"].pixels())
    np.testing.assert_array_equal(first.vectors["v"], whole.vectors["v"])


def test_what_is_there_is_replaced_only_when_asked_for(
    tmp_path: Path, pictures: Pictures, source: SourceRecord, face: FaceRecord
) -> None:
    path = tmp_path / "clip.alignments.db"
    with Alignments.open(path, source) as alignments:
        alignments.add(face.frame, [replace(face, id="old")])
    with pytest.raises(OmoteError, match=r"already there.*clip\.alignments\.db"), rebuilt(pictures, tmp_path):
        pass
    (tmp_path / "clip.alignments.db-wal").write_bytes(b"left by a killed run")
    with rebuilt(pictures, tmp_path, overwrite=True):
        with sqlite3.connect(path) as reader:
            assert reader.execute("SELECT id FROM faces").fetchall() == [("old",)]
        reader.close()
    with Alignments.open(path) as alignments:
        assert "old" not in alignments.ids()
        assert alignments.counts() == (2, 2, 3)


def test_nothing_is_left_of_what_broke_off(tmp_path: Path, pictures: Pictures) -> None:
    with pytest.raises(KeyboardInterrupt), rebuilt(pictures, tmp_path):
        raise KeyboardInterrupt
    bad = replace(pictures[0][1], source=replace(pictures[0][1].source, name="..", fingerprint="x"))
    with (
        pytest.raises(AlignmentsError, match="cannot be the name of a file"),
        rebuilt([*pictures, (Path(), bad)], tmp_path),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_footage_confirms_them(tmp_path: Path, pictures: Pictures) -> None:
    with rebuilt(pictures[:3], tmp_path) as files:
        (alignments,) = files.values()
        confirm(alignments, map(frame, range(5)))
    with Alignments.open(tmp_path / "clip.alignments.db") as alignments:
        assert (alignments.finished, alignments.counts()) == (True, (5, 2, 3))
        assert [each.name for each in alignments.frames()][:2] == ["renamed_000001", "clip_000002"]


@pytest.mark.parametrize(
    ("frames", "fault"),
    [
        ([frame(0), frame(1)], "no frame clip_000003"),
        ([frame(0), frame(1, 41), frame(2)], "renamed_000002 is not shown when"),
    ],
)
def test_other_footage_does_not(tmp_path: Path, pictures: Pictures, frames: list[Frame], fault: str) -> None:
    with pytest.raises(AlignmentsError, match=fault), rebuilt(pictures[:3], tmp_path) as files:
        confirm(next(iter(files.values())), frames)
    assert list(tmp_path.iterdir()) == []

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.alignments.tables import State
from omote.core.errors import AlignmentsError


def test_what_goes_in_comes_out(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    vector = np.linspace(0, 1, 128, dtype=np.float32)
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(FrameRecord(0, 0, "clip_000001"), [])
        alignments.add(face.frame, [replace(face, vectors={"v": vector})])
    with Alignments.open(tmp_path / "a.db") as alignments:
        (found,) = alignments.faces()
        assert alignments.source == source
        assert alignments.looked_at() == {0, 1}
        assert alignments.counts() == (2, 1, 1)
    assert (found.id, found.frame, found.pose, found.made_by) == (face.id, face.frame, face.pose, face.made_by)
    np.testing.assert_array_equal(found.landmarks, face.landmarks)
    np.testing.assert_array_equal(found.box, face.box)
    np.testing.assert_array_equal(found.vectors["v"], vector)


def test_faces_come_in_the_order_of_frames_and_within_bounds(
    tmp_path: Path, source: SourceRecord, face: FaceRecord
) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        for index in (5, 3, 9):
            frame = FrameRecord(index, index * 10, f"f{index}")
            alignments.add(frame, [replace(face, id=f"{index}-{n}", frame=frame) for n in range(2)])
        assert [found.id for found in alignments.faces()] == ["3-0", "3-1", "5-0", "5-1", "9-0", "9-1"]
        assert [found.frame.index for found in alignments.faces(4, 8)] == [5, 5]


def test_a_rejected_face_is_kept_but_not_shown_until_it_is_restored(
    tmp_path: Path, source: SourceRecord, face: FaceRecord
) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [face, replace(face, id="other")])
        alignments.reject(["other"])
        assert [found.id for found in alignments.faces()] == [face.id]
        assert alignments.ids(rejected=True) == {"other"}
        assert alignments.counts() == (1, 1, 1)
        alignments.add(face.frame, [face, replace(face, id="other")])
        assert alignments.ids() == {face.id}
        alignments.restore()
        assert alignments.ids() == {face.id, "other"}


def test_faces_without_a_picture_are_known(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [face, replace(face, id="bare")])
        alignments.picture([face.id])
        assert (alignments.pictured(), alignments.without_picture()) == ({face.id}, [(1, "bare")])
        alignments.reject([face.id])
        alignments.restore()
        assert (alignments.pictured(), alignments.counts()) == (set(), (1, 1, 2))
        assert {face for _, face in alignments.without_picture()} == {face.id, "bare"}


def test_the_reason_of_a_rejection_is_kept_apart(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [replace(face, id=name) for name in "abc"])
        alignments.reject("a")
        alignments.reject("b", State.UNWANTED)
        assert alignments.ids(rejected=True) == {"a", "b"}
        assert alignments.rejections() == {"a": State.DELETED, "b": State.UNWANTED}
        assert alignments.faces_by_frame() == {1: 1}
        alignments.restore(State.UNWANTED)
        assert alignments.rejections() == {"a": State.DELETED}
        assert alignments.ids(rejected=True) == {"a"}
        assert {each.id for each in alignments.faces(rejected=True)} == {"a", "b", "c"}


def test_all_of_a_face_comes_out_and_can_be_written_anew(
    tmp_path: Path, source: SourceRecord, face: FaceRecord
) -> None:
    mask = MaskRecord.pack(np.full((4, 4), 7, np.uint8), np.eye(3)[:2] / 7, "face")
    whole = replace(face, raw=face.landmarks + 1, confidence=0.3, quality=0.7, track="t", masks={"m": mask})
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [whole], pictured=True)
        alignments.name_people({"t": "person-01"})
        alignments.describe(face.id, {"v": np.ones(3, np.float32)}, {"n": mask})
        (found,) = alignments.faces()
        assert (found.confidence, found.quality, found.track, found.person) == (0.3, 0.7, "t", "person-01")
        np.testing.assert_array_equal(found.raw, whole.raw)
        assert set(found.masks) == {"m", "n"}
        assert (alignments.masked("m"), alignments.masked("other")) == ({face.id}, set())
        np.testing.assert_array_equal(found.masks["m"].matrix, mask.matrix)
        np.testing.assert_array_equal(found.masks["n"].pixels(), mask.pixels())
        alignments.put([replace(found, landmarks=face.landmarks + 2, masks={}, vectors={})])
        (again,) = alignments.faces()
        np.testing.assert_array_equal(again.landmarks, face.landmarks + 2)
        assert (again.masks, again.vectors, alignments.pictured()) == ({}, {}, {face.id})
        with pytest.raises(AlignmentsError, match="no face other"):
            alignments.put([replace(face, id="other")])


def test_a_damaged_row_is_named(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [face])
        other = sqlite3.connect(tmp_path / "a.db")
        other.execute("UPDATE faces SET landmarks = x'00'")
        other.commit()
        other.close()
        with pytest.raises(AlignmentsError, match="is damaged"):
            list(alignments.faces())


def test_damaged_values_of_any_kind_are_named(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    faults: dict[str, Callable[[Alignments], object]] = {
        "UPDATE faces SET rejected = 7": Alignments.rejections,
        "UPDATE frames SET pts = 'soon'": Alignments.frames,
        "UPDATE source SET settings = '{'": lambda alignments: alignments.settings,
    }
    for number, (fault, read) in enumerate(faults.items()):
        with Alignments.open(tmp_path / f"{number}.db", source) as alignments:
            alignments.add(face.frame, [face])
            other = sqlite3.connect(alignments.path)
            other.executescript(fault)
            other.close()
            with pytest.raises(AlignmentsError, match=r"these alignments are damaged.*restore a copy"):
                read(alignments)


def test_one_file_is_made_with_one_set_of_settings(tmp_path: Path, source: SourceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        assert alignments.settings is None
        alignments.settle({"threshold": 0.5, "detector": "x"})
        assert alignments.settings == {"threshold": 0.5, "detector": "x"}
        alignments.settle({"threshold": 0.5, "detector": "x"})
        with pytest.raises(AlignmentsError, match=r"made with threshold 0\.5, not 0\.3"):
            alignments.settle({"threshold": 0.3, "detector": "x"})


def test_databases_of_others_are_left_alone(tmp_path: Path, source: SourceRecord) -> None:
    mine = sqlite3.connect(tmp_path / "mine.db")
    mine.execute("CREATE TABLE mine (x)")
    mine.commit()
    (tmp_path / "empty.db").touch()
    for path, asked in ((tmp_path / "mine.db", source), (tmp_path / "mine.db", None), (tmp_path / "empty.db", None)):
        with pytest.raises(AlignmentsError, match="no alignments file"):
            Alignments.open(path, asked)
    assert mine.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]
    mine.close()


def test_a_kill_between_frames_loses_none(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    alignments = Alignments.open(tmp_path / "a.db", source)
    alignments.add(face.frame, [face])
    # As after kill -9: the files are taken as they lie, log included, without closing.
    for name in ("a.db", "a.db-wal"):
        (tmp_path / f"killed-{name}").write_bytes((tmp_path / name).read_bytes())
    with Alignments.open(tmp_path / "killed-a.db") as killed:
        assert killed.ids() == {face.id}
    with alignments:
        pass


def test_a_frame_is_all_or_nothing(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        bad = replace(face, id="bad", score=None)  # type: ignore[arg-type]
        with pytest.raises(AlignmentsError):
            alignments.add(face.frame, [face, bad])
        assert alignments.looked_at() == set()
        assert alignments.ids() == set()


@pytest.mark.slow
def test_a_file_in_use_is_not_called_damaged(tmp_path: Path, source: SourceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        other = sqlite3.connect(tmp_path / "a.db")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AlignmentsError, match=r"cannot read or write.*locked.*no other run uses it"):
            alignments.add(FrameRecord(0, 0, "a"), [])
        other.close()


def test_faults_are_named(tmp_path: Path, source: SourceRecord) -> None:
    with pytest.raises(AlignmentsError, match="no such alignments file"):
        Alignments.open(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("this is no database, and longer than a page header" * 10)
    with pytest.raises(AlignmentsError, match="not a usable alignments file"):
        Alignments.open(tmp_path / "text.db", source)
    with Alignments.open(tmp_path / "a.db", source):
        pass
    with pytest.raises(AlignmentsError, match=r"alignments of another clip\.mp4"):
        Alignments.open(tmp_path / "a.db", replace(source, fingerprint="else"))
    for version, name in ((99, "newer omote"), (1, "older omote")):
        other = sqlite3.connect(tmp_path / "a.db")
        other.execute(f"PRAGMA user_version = {version}")
        other.close()
        with pytest.raises(AlignmentsError, match=name):
            Alignments.open(tmp_path / "a.db", source)


def test_a_file_of_a_folder_that_cannot_be_written_is_read(
    tmp_path: Path, source: SourceRecord, face: FaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.add(face.frame, [face])
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with Alignments.open(tmp_path / "a.db") as alignments:
        assert alignments.ids() == {face.id}
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]

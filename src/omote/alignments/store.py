"""Alignments: all faces of one source in one SQLite file. A process killed at any moment leaves it whole."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.core.errors import AlignmentsError
from omote.core.files import explained
from omote.core.types import Pose

SUFFIX = ".alignments.db"

_VERSION = 2  # of the tables

_TABLES = """
CREATE TABLE source (
    facts TEXT NOT NULL,
    settings TEXT,
    finished INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE frames (
    idx INTEGER PRIMARY KEY,
    pts INTEGER NOT NULL,
    name TEXT NOT NULL,
    looked INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE faces (
    id TEXT PRIMARY KEY,
    frame INTEGER NOT NULL REFERENCES frames (idx),
    box BLOB NOT NULL,
    score REAL NOT NULL,
    landmarks BLOB NOT NULL,
    yaw REAL NOT NULL,
    pitch REAL NOT NULL,
    roll REAL NOT NULL,
    sharpness REAL NOT NULL,
    made_by TEXT NOT NULL,
    pictured INTEGER NOT NULL,
    rejected INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX faces_by_frame ON faces (frame);
CREATE TABLE vectors (
    face TEXT NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (face, name)
);
"""

_ADD_FRAME = "INSERT INTO frames VALUES (?, ?, ?, 1) ON CONFLICT (idx) DO UPDATE SET looked = 1"
_ADD_FACE = (
    "INSERT INTO faces VALUES (?,?,?,?,?,?,?,?,?,?,?,0)"
    " ON CONFLICT (id) DO UPDATE SET pictured = pictured OR excluded.pictured"
)


class Alignments:
    """The alignments of one source; a context manager.

    A frame's mark "looked" is written together with the frame's faces, so a frame is either done or not begun.

    Attributes:
        path: the file.
        source: the footage it is about.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, source: SourceRecord) -> None:
        self.path, self.source = path, source
        self._db = connection

    @classmethod
    def open(cls, path: Path, source: SourceRecord | None = None) -> Self:
        """Open an alignments file, or begin one for `source` when it is not there.

        Raises:
            AlignmentsError: it is not there and no source is given, is no alignments file, is of another source, or
                was written by a newer omote.
        """
        if source is None and not path.is_file():
            raise AlignmentsError("no such alignments file", path)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with _told(path):
            db = sqlite3.connect(_address(path), uri=True)
            try:
                return cls(path, db, _ready(db, path, source))
            except BaseException:
                db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @property
    def finished(self) -> bool:
        """Whether all of the source was looked at."""
        return bool(self._read("SELECT finished FROM source")[0][0])

    def finish(self) -> None:
        """Note that all of the source was looked at."""
        with _told(self.path), self._db:
            self._db.execute("UPDATE source SET finished = 1")

    def settle(self, settings: Mapping[str, object]) -> None:
        """Note how the source is looked at; all of its frames are looked at in the same way.

        Raises:
            AlignmentsError: it was begun with other settings; says which.
        """
        (kept,) = self._read("SELECT settings FROM source")[0]
        if kept is None:
            with _told(self.path), self._db:
                self._db.execute("UPDATE source SET settings = ?", (json.dumps(dict(settings)),))
            return
        for name, value in json.loads(str(kept)).items():
            if settings.get(name) != value:
                what = f"these alignments were made with {name} {value}, not {settings.get(name)}"
                raise AlignmentsError(what, self.path, "choose another folder, or move this file away")

    def looked_at(self) -> set[int]:
        """Return the places of the frames that were looked at."""
        return {index for (index,) in self._read("SELECT idx FROM frames WHERE looked")}

    def add(self, frame: FrameRecord, faces: Iterable[FaceRecord], *, pictured: bool = False) -> None:
        """Record that a frame was looked at and what was found, all or nothing.

        A face that is known by its id stays as it was, rejected too; what is new can only be that it has a picture.

        Args:
            frame: which one.
            faces: all of its faces.
            pictured: whether each of them has a face picture.

        Raises:
            AlignmentsError: it cannot be written.
        """
        with _told(self.path), self._db:
            self._db.execute(_ADD_FRAME, (frame.index, frame.pts, frame.name))
            for face in faces:
                self._db.execute(_ADD_FACE, (*_row(face), pictured))
                vectors = [(face.id, name, vector.astype("<f4").tobytes()) for name, vector in face.vectors.items()]
                self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", vectors)

    def faces(self, first: int = 0, last: int | None = None) -> Iterator[FaceRecord]:
        """Walk over the faces that are not rejected, in the order of frames, from frame `first` to `last` inclusive."""
        query = (
            "SELECT f.*, r.pts, r.name FROM faces f JOIN frames r ON r.idx = f.frame"
            " WHERE NOT f.rejected AND f.frame BETWEEN ? AND ? ORDER BY f.frame, f.id"
        )
        end = 2**62 if last is None else last
        with _told(self.path):
            for row in self._db.execute(query, (first, end)):
                yield self._face(row)

    def ids(self, *, rejected: bool = False) -> set[str]:
        """Return the ids of the faces that are kept, or of those that are rejected."""
        return {str(face) for (face,) in self._read("SELECT id FROM faces WHERE rejected = ?", rejected)}

    def pictured(self) -> set[str]:
        """Return the ids of the kept faces of which there has been a face picture."""
        return {str(face) for (face,) in self._read("SELECT id FROM faces WHERE pictured AND NOT rejected")}

    def reject(self, ids: Iterable[str]) -> None:
        """Mark faces as rejected. Their rows stay."""
        with _told(self.path), self._db:
            self._db.executemany("UPDATE faces SET rejected = 1 WHERE id = ?", [(face,) for face in ids])

    def restore(self) -> None:
        """Take the rejected faces back, as faces without a picture."""
        with _told(self.path), self._db:
            self._db.execute("UPDATE faces SET rejected = 0, pictured = 0 WHERE rejected")

    def look_again_for_pictures(self) -> None:
        """Take the frames with a kept face that has no picture as not looked at."""
        frames = "SELECT frame FROM faces WHERE NOT pictured AND NOT rejected"
        with _told(self.path), self._db:
            if self._db.execute(f"UPDATE frames SET looked = 0 WHERE idx IN ({frames})").rowcount:
                self._db.execute("UPDATE source SET finished = 0")

    def counts(self) -> tuple[int, int, int]:
        """Return how many frames were looked at, how many have a kept face, and how many kept faces there are."""
        ((frames,),) = self._read("SELECT COUNT(*) FROM frames WHERE looked")
        ((with_face, faces),) = self._read("SELECT COUNT(DISTINCT frame), COUNT(*) FROM faces WHERE NOT rejected")
        return frames, with_face, faces

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _told(self.path):
            return self._db.execute(query, values).fetchall()

    def _face(self, row: tuple[object, ...]) -> FaceRecord:
        face, frame, box, score, landmarks, yaw, pitch, roll, sharpness, made_by, _, _, pts, name = row
        vectors = self._db.execute("SELECT name, vector FROM vectors WHERE face = ?", (face,))
        return FaceRecord(
            str(face),
            FrameRecord(int(frame), int(pts), str(name)),  # type: ignore[call-overload]
            np.frombuffer(box, "<f4").astype(np.float32),  # type: ignore[call-overload]
            float(score),  # type: ignore[arg-type]
            np.frombuffer(landmarks, "<f4").reshape(68, 2).astype(np.float32),  # type: ignore[call-overload]
            Pose(float(yaw), float(pitch), float(roll)),  # type: ignore[arg-type]
            float(sharpness),  # type: ignore[arg-type]
            json.loads(str(made_by)),
            {plugin: np.frombuffer(blob, "<f4").astype(np.float32) for plugin, blob in vectors},
        )


def _row(face: FaceRecord) -> tuple[object, ...]:
    box, landmarks = (array.astype("<f4").tobytes() for array in (face.box, face.landmarks))
    pose = (face.pose.yaw, face.pose.pitch, face.pose.roll)
    return (face.id, face.frame.index, box, face.score, landmarks, *pose, face.sharpness, json.dumps(face.made_by))


def _address(path: Path) -> str:
    # A file in a folder that cannot be written is read as it is: SQLite could not lay its log beside it.
    readable_only = path.is_file() and not os.access(path.parent, os.W_OK)
    return path.absolute().as_uri() + ("?immutable=1" if readable_only else "")


def _ready(db: sqlite3.Connection, path: Path, source: SourceRecord | None) -> SourceRecord:
    db.execute("PRAGMA foreign_keys = ON")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise AlignmentsError(f"written by a newer omote (version {version})", path, "update omote")
    if 0 < version < _VERSION:
        raise AlignmentsError(
            f"written by an older omote (version {version})", path, "move it away: extract makes it anew"
        )
    if version == 0 and (source is None or db.execute("SELECT name FROM sqlite_master").fetchone()):
        raise AlignmentsError("this is no alignments file", path, "move it away, or name another")
    if version == 0 and source is not None:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION};")
        db.execute("INSERT INTO source (facts) VALUES (?)", (json.dumps(asdict(source)),))
        db.commit()
        return source
    (facts,) = db.execute("SELECT facts FROM source").fetchone()
    kept = SourceRecord(**json.loads(facts))
    if source is not None and source.fingerprint != kept.fingerprint:
        what = f"these are the alignments of another {kept.name}, or it has changed since"
        raise AlignmentsError(what, path, "move this file away, or choose another folder")
    return kept


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as fault:
        if "full" in str(fault):
            raise AlignmentsError("the disk is full", path, "free some space and run the same command again") from fault
        if isinstance(fault, sqlite3.OperationalError):  # the system's fault, not the file's
            do = "see that the disk has space, the folder can be written and no other run uses it"
            raise AlignmentsError(f"cannot read or write the alignments ({fault})", path, do) from fault
        raise AlignmentsError(f"not a usable alignments file ({fault})", path) from fault

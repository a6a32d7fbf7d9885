"""Alignments: all faces of one source in one SQLite file. A process killed at any moment leaves it whole."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.alignments.tables import ADD_FACE, FACES, State, face_of, floats, mask_row, ready, row_of
from omote.core.errors import AlignmentsError
from omote.core.files import explained
from omote.core.types import Floats

SUFFIX = ".alignments.db"

_ADD_FRAME = "INSERT INTO frames VALUES (?, ?, ?, 1) ON CONFLICT (idx) DO UPDATE SET looked = 1"
_KNOWN = " ON CONFLICT (id) DO UPDATE SET pictured = pictured OR excluded.pictured"
_ADD_VECTOR = "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)"
_ADD_MASK = "INSERT OR REPLACE INTO masks VALUES (?, ?, ?, ?, ?, ?)"


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
                return cls(path, db, ready(db, path, source))
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
                known = self._db.execute("SELECT 1 FROM faces WHERE id = ?", (face.id,)).fetchone()
                self._db.execute(ADD_FACE + _KNOWN, (*row_of(face), pictured))
                if not known:
                    self._lay(face)

    def put(self, faces: Iterable[FaceRecord]) -> None:
        """Write faces over those of the same ids, with their vectors and masks; frames and pictures stay as they are.

        Raises:
            AlignmentsError: one of them is not known, or it cannot be written.
        """
        with _told(self.path), self._db:
            for face in faces:
                row = self._db.execute("SELECT pictured, rejected FROM faces WHERE id = ?", (face.id,)).fetchone()
                if row is None:
                    raise AlignmentsError(f"no face {face.id}", self.path)
                self._db.execute("DELETE FROM faces WHERE id = ?", (face.id,))
                self._db.execute(ADD_FACE, (*row_of(face), row[0]))
                self._db.execute("UPDATE faces SET rejected = ? WHERE id = ?", (row[1], face.id))
                self._lay(face)

    def _lay(self, face: FaceRecord) -> None:
        vectors = [(face.id, name, vector.astype("<f4").tobytes()) for name, vector in face.vectors.items()]
        self._db.executemany(_ADD_VECTOR, vectors)
        self._db.executemany(_ADD_MASK, [mask_row(face.id, name, mask) for name, mask in face.masks.items()])

    def faces(self, first: int = 0, last: int | None = None, *, rejected: bool = False) -> Iterator[FaceRecord]:
        """Walk over the faces in the order of frames, from frame `first` to `last` inclusive.

        Args:
            first: place of a frame.
            last: place of a frame; to the end by default.
            rejected: also those that are rejected.

        Raises:
            AlignmentsError: the file is damaged.
        """
        query = f"{FACES} WHERE f.frame BETWEEN ? AND ? AND (? OR NOT f.rejected) ORDER BY f.frame, f.id"
        end = 2**62 if last is None else last
        with _told(self.path):
            for row in self._db.execute(query, (first, end, rejected)):
                try:
                    yield face_of(self._db, row)
                except (ValueError, TypeError, RecursionError) as fault:
                    raise AlignmentsError(f"face {row[0]!r} is damaged", self.path, "restore a copy") from fault

    def frames(self) -> list[FrameRecord]:
        """Return the frames that were looked at, in their order."""
        rows = self._read("SELECT idx, pts, name FROM frames WHERE looked ORDER BY idx")
        with _undamaged(self.path):
            return [FrameRecord(int(index), int(pts), str(name)) for index, pts, name in rows]

    def ids(self, *, rejected: bool = False) -> set[str]:
        """Return the ids of the faces that are kept, or of those that are rejected."""
        return {str(face) for (face,) in self._read("SELECT id FROM faces WHERE (rejected > 0) = ?", rejected)}

    def masked(self, name: str) -> set[str]:
        """Return the ids of the faces that have a mask of this name, rejected ones too."""
        return {str(face) for (face,) in self._read("SELECT face FROM masks WHERE name = ?", name)}

    def pictured(self) -> set[str]:
        """Return the ids of the kept faces of which there has been a face picture."""
        return {str(face) for (face,) in self._read("SELECT id FROM faces WHERE pictured AND NOT rejected")}

    def without_picture(self) -> list[tuple[int, str]]:
        """Return frame and id of the kept faces of which there never was a picture, in the order of frames."""
        query = "SELECT frame, id FROM faces WHERE NOT pictured AND NOT rejected ORDER BY frame, id"
        with _undamaged(self.path):
            return [(int(frame), str(face)) for frame, face in self._read(query)]

    def picture(self, ids: Iterable[str], *, pictured: bool = True) -> None:
        """Note that faces have a picture now, or have none any more."""
        with _told(self.path), self._db:
            self._db.executemany("UPDATE faces SET pictured = ? WHERE id = ?", [(pictured, face) for face in ids])

    def reject(self, ids: Iterable[str], why: State = State.DELETED) -> None:
        """Mark faces as rejected. Their rows stay."""
        with _told(self.path), self._db:
            self._db.executemany("UPDATE faces SET rejected = ? WHERE id = ?", [(why, face) for face in ids])

    def restore(self, why: State = State.DELETED) -> None:
        """Take back the faces that were rejected for one reason; those that had a picture are without one now."""
        with _told(self.path), self._db:
            self._db.execute("UPDATE faces SET rejected = 0, pictured = 0 WHERE rejected = ?", (why,))

    def keep(self, ids: Iterable[str]) -> None:
        """Take back those of these faces whose picture had been deleted, and has come back."""
        with _told(self.path), self._db:
            rows = [(face, State.DELETED) for face in ids]
            self._db.executemany("UPDATE faces SET rejected = 0, pictured = 1 WHERE id = ? AND rejected = ?", rows)

    def people(self) -> list[str]:
        """Return the people of whom there is a kept face."""
        rows = self._read("SELECT DISTINCT person FROM faces WHERE person NOT NULL AND NOT rejected ORDER BY person")
        return [str(person) for (person,) in rows]

    def unnamed(self) -> bool:
        """Whether there is a face that was followed and of which nobody asked who it is."""
        return bool(self._read("SELECT 1 FROM faces WHERE track NOT NULL AND person IS NULL LIMIT 1"))

    def identities(self) -> dict[str, tuple[str | None, dict[str, Floats]]]:
        """Return who each kept face is, as far as it is known: the person, and its own identity vectors by name."""
        kept = self._read("SELECT id, person FROM faces WHERE NOT rejected")
        told: dict[str, tuple[str | None, dict[str, Floats]]] = {str(face): (person, {}) for face, person in kept}
        with _undamaged(self.path):
            for face, name, vector in self._read("SELECT face, name, vector FROM vectors"):
                if face in told:
                    told[face][1][str(name)] = floats(vector)
        return told

    def name_people(self, people: Mapping[str, str]) -> None:
        """Say which person each track is of."""
        with _told(self.path), self._db:
            rows = [(person, track) for track, person in people.items()]
            self._db.executemany("UPDATE faces SET person = ? WHERE track = ?", rows)

    def describe(self, face: str, vectors: Mapping[str, Floats], masks: Mapping[str, MaskRecord] | None = None) -> None:
        """Add vectors and masks to a face, over those of the same names."""
        with _told(self.path), self._db:
            rows = [(face, name, vector.astype("<f4").tobytes()) for name, vector in vectors.items()]
            self._db.executemany(_ADD_VECTOR, rows)
            self._db.executemany(_ADD_MASK, [mask_row(face, name, mask) for name, mask in (masks or {}).items()])

    def faces_by_frame(self) -> dict[int, int]:
        """Return how many kept faces each frame has that has any."""
        rows = self._read("SELECT frame, COUNT(*) FROM faces WHERE NOT rejected GROUP BY frame")
        with _undamaged(self.path):
            return {int(frame): int(faces) for frame, faces in rows}

    def rejections(self) -> dict[str, State]:
        """Return the ids of the rejected faces with the reason of each."""
        rows = self._read("SELECT id, rejected FROM faces WHERE rejected > 0")
        with _undamaged(self.path):
            return {str(face): State(why) for face, why in rows}

    @property
    def settings(self) -> dict[str, Any] | None:
        """How the source is looked at; None while that is not settled.

        Raises:
            AlignmentsError: the file is damaged.
        """
        (kept,) = self._read("SELECT settings FROM source")[0]
        with _undamaged(self.path):
            return None if kept is None else dict(json.loads(str(kept)))

    def counts(self) -> tuple[int, int, int]:
        """Return how many frames were looked at, how many have a kept face, and how many kept faces there are."""
        ((frames,),) = self._read("SELECT COUNT(*) FROM frames WHERE looked")
        ((with_face, faces),) = self._read("SELECT COUNT(DISTINCT frame), COUNT(*) FROM faces WHERE NOT rejected")
        return frames, with_face, faces

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _told(self.path):
            return self._db.execute(query, values).fetchall()


def _address(path: Path) -> str:
    # A file in a folder that cannot be written is read as it is: SQLite could not lay its log beside it.
    readable_only = path.is_file() and not os.access(path.parent, os.W_OK)
    return path.absolute().as_uri() + ("?immutable=1" if readable_only else "")


@contextmanager
def _undamaged(path: Path) -> Iterator[None]:
    """Around reading what this very class wrote: whatever does not fit is the file's fault."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, RecursionError) as fault:
        raise AlignmentsError(f"these alignments are damaged ({str(fault)[:200]})", path, "restore a copy") from fault


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

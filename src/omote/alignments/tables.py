"""The tables of an alignments file: how they are made, brought up to date, and how a face becomes a row and back."""

import json
import sqlite3
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.core.errors import AlignmentsError
from omote.core.types import Floats, Pose

VERSION = 3


class State(IntEnum):
    """Whether a face is one of its source's faces, and if not, why."""

    KEPT = 0
    DELETED = 1  # its picture was taken out of the folder of faces
    UNWANTED = 2  # it is of a person who was not asked for


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
_SINCE_2 = """
ALTER TABLE faces ADD COLUMN raw BLOB;
ALTER TABLE faces ADD COLUMN confidence REAL NOT NULL DEFAULT 1;
ALTER TABLE faces ADD COLUMN quality REAL;
ALTER TABLE faces ADD COLUMN track TEXT;
ALTER TABLE faces ADD COLUMN person TEXT;
CREATE TABLE masks (
    face TEXT NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    centering TEXT NOT NULL,
    matrix BLOB NOT NULL,
    pixels BLOB NOT NULL,
    PRIMARY KEY (face, name)
);
"""

FACES = (
    "SELECT f.id, f.frame, r.pts, r.name, f.box, f.score, f.landmarks, f.yaw, f.pitch, f.roll, f.sharpness, f.made_by,"
    " f.raw, f.confidence, f.quality, f.track, f.person FROM faces f JOIN frames r ON r.idx = f.frame"
)
"""What `face_of` reads; a WHERE may follow."""

ADD_FACE = (
    "INSERT INTO faces (id, frame, box, score, landmarks, yaw, pitch, roll, sharpness, made_by, raw, confidence,"
    " quality, track, person, pictured) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
"""What `row_of` fills, with whether there is a picture at the end."""


def ready(db: sqlite3.Connection, path: Path, source: SourceRecord | None) -> SourceRecord:
    """Make the tables, or bring older ones up to date, and return the source that they are about.

    Raises:
        AlignmentsError: as `Alignments.open` says.
    """
    db.execute("PRAGMA foreign_keys = ON")
    # In WAL mode a power cut may take the last frames, which are then looked at again; a killed process takes none.
    db.execute("PRAGMA synchronous = NORMAL")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise AlignmentsError(f"written by a newer omote (version {version})", path, "update omote")
    if version == 1:
        raise AlignmentsError("written by an older omote (version 1)", path, "move it away: extract makes it anew")
    if version == 0 and (source is None or db.execute("SELECT name FROM sqlite_master").fetchone()):
        raise AlignmentsError("this is no alignments file", path, "move it away, or name another")
    if version == 0 and source is not None:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN; {_TABLES} {_SINCE_2} PRAGMA user_version = {VERSION};")
        db.execute("INSERT INTO source (facts) VALUES (?)", (json.dumps(asdict(source)),))
        db.commit()
        return source
    if version == 2:
        db.executescript(f"BEGIN; {_SINCE_2} PRAGMA user_version = {VERSION}; COMMIT;")
    return _same_source(db, path, source)


def _same_source(db: sqlite3.Connection, path: Path, source: SourceRecord | None) -> SourceRecord:
    try:
        (facts,) = db.execute("SELECT facts FROM source").fetchone()
        kept = SourceRecord(**json.loads(facts))
    except (TypeError, ValueError, RecursionError) as fault:
        raise AlignmentsError("its facts of the source are damaged", path, "restore a copy, or move it away") from fault
    if source is not None and source.fingerprint != kept.fingerprint:
        what = f"these are the alignments of another {kept.name}, or it has changed since"
        raise AlignmentsError(what, path, "move this file away, or choose another folder")
    return kept


def row_of(face: FaceRecord) -> tuple[object, ...]:
    """Return a face's row, but for whether it has a picture."""
    return (
        face.id, face.frame.index, _packed(face.box), face.score, _packed(face.landmarks),
        face.pose.yaw, face.pose.pitch, face.pose.roll, face.sharpness, json.dumps(face.made_by),
        None if face.raw is None else _packed(face.raw), face.confidence, face.quality, face.track, face.person,
    )  # fmt: skip


def face_of(db: sqlite3.Connection, row: tuple[Any, ...]) -> FaceRecord:
    """Return the face of a row of `FACES`.

    Raises:
        ValueError, TypeError: the row is damaged.
    """
    face, frame, pts, name, box, score, landmarks, yaw, pitch, roll, sharpness, made_by, raw, *told = row
    confidence, quality, track, person = told
    vectors = db.execute("SELECT name, vector FROM vectors WHERE face = ?", (face,))
    masks = db.execute("SELECT name, size, centering, matrix, pixels FROM masks WHERE face = ?", (face,))
    return FaceRecord(
        str(face),
        FrameRecord(int(frame), int(pts), str(name)),
        floats(box),
        float(score),
        floats(landmarks).reshape(68, 2),
        Pose(float(yaw), float(pitch), float(roll)),
        float(sharpness),
        dict(json.loads(made_by)),
        {str(plugin): floats(blob) for plugin, blob in vectors},
        None if raw is None else floats(raw).reshape(68, 2),
        float(confidence),
        None if quality is None else float(quality),
        track,
        person,
        {str(mask): _mask(*facts) for mask, *facts in masks},
    )


def mask_row(face: str, name: str, mask: MaskRecord) -> tuple[object, ...]:
    """Return a mask's row."""
    return face, name, mask.size, mask.centering, mask.matrix.astype("<f8").tobytes(), mask.packed


def _mask(size: int, centering: str, matrix: bytes, packed: bytes) -> MaskRecord:
    return MaskRecord(size, centering, np.frombuffer(matrix, "<f8").reshape(2, 3).astype(np.float64), bytes(packed))


def _packed(array: Floats) -> bytes:
    return array.astype("<f4").tobytes()


def floats(blob: bytes) -> Floats:
    """Return the numbers of a row's vector or points."""
    return np.frombuffer(blob, "<f4").astype(np.float32)

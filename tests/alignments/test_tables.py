import sqlite3
from pathlib import Path

import numpy as np

from omote.alignments.record import FaceRecord, SourceRecord
from omote.alignments.store import Alignments


def test_a_file_of_version_2_is_brought_up_to_date_and_keeps_its_faces(
    tmp_path: Path, source: SourceRecord, face: FaceRecord
) -> None:
    path = tmp_path / "a.db"
    with Alignments.open(path, source) as alignments:
        alignments.add(face.frame, [face], pictured=True)
    older = sqlite3.connect(path)
    for column in ("raw", "confidence", "quality", "track", "person"):
        older.execute(f"ALTER TABLE faces DROP COLUMN {column}")
    older.executescript("DROP TABLE masks; PRAGMA user_version = 2;")
    older.close()
    with Alignments.open(path, source) as alignments:
        (found,) = alignments.faces()
        assert (found.id, found.raw, found.confidence, found.track, found.masks) == (face.id, None, 1.0, None, {})
        np.testing.assert_array_equal(found.landmarks, face.landmarks)
        assert alignments.pictured() == {face.id}

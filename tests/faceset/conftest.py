from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.describe import face_picture
from omote.alignments.record import FaceRecord, SourceRecord
from omote.core.types import Picture


@pytest.fixture
def folder(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    """Five face pictures, each darker than the one before."""
    for number in range(5):
        darker = (picture * (1 - number / 10)).astype(np.uint8)
        path = tmp_path / "faces" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(face_picture(darker, replace(face, id=f"f{number}"), source, 512))
    return tmp_path / "faces"

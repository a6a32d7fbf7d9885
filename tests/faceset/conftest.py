from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.alignments.describe import face_picture
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.core.types import Picture, Pose
from omote.faceset.load import Faceset, digest_of


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's."""
    monkeypatch.setenv("OMOTE_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def folder(tmp_path: Path, picture: Picture, face: FaceRecord, source: SourceRecord) -> Path:
    """Five face pictures, each darker than the one before, of frames 0 to 4, looking ever more to the right."""
    for number in range(5):
        darker = (picture * (1 - number / 10)).astype(np.uint8)
        path = tmp_path / "faces" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        frame = FrameRecord(number, number * 40, f"clip_{number + 1:06d}")
        record = replace(face, id=f"f{number}", frame=frame, pose=Pose(10.0 * number, -number, 0))
        path.write_bytes(face_picture(darker, record, source, 512))
    return tmp_path / "faces"


@pytest.fixture
def faceset() -> Callable[..., Faceset]:
    """Makes a set of any frames, face n with n (modulo 256) in all its bytes and at point (n, n)."""

    def make(frames: list[str], size: int = 4) -> Faceset:
        numbers = torch.arange(len(frames))
        ids = tuple(f"{frame}-{number}" for number, frame in enumerate(frames))
        return Faceset(
            numbers.to(torch.uint8)[:, None, None, None].repeat(1, 6, size + 2, size + 2),
            numbers.float()[:, None, None].repeat(1, 68, 2),
            torch.zeros(len(frames), 2),
            tuple(frames),
            ids,
            size,
            digest_of(ids),
        )

    return make

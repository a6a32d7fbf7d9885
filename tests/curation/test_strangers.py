from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.record import FaceRecord, FrameRecord, PictureRecord, SourceRecord
from omote.core.types import Floats
from omote.curation.faces import FacePicture
from omote.curation.strangers import strangers

ME, OTHER, THIRD = np.eye(128, dtype=np.float32)[:3]


@pytest.fixture
def pictures(face: FaceRecord, source: SourceRecord) -> list[FacePicture]:
    records = [replace(face, frame=FrameRecord(index, index, f"f{index}")) for index in range(12)]
    matrix = np.eye(3)[:2]
    return [
        FacePicture(Path(f"{n}.png"), PictureRecord(one, source, 64, "head", matrix)) for n, one in enumerate(records)
    ]


def near(vector: Floats, seed: int) -> Floats:
    return vector + np.random.default_rng(seed).normal(0, 0.01, 128).astype(np.float32)


def test_everyone_but_who_has_most_is_a_stranger(pictures: list[FacePicture]) -> None:
    vectors: list[Floats | None] = [near(ME, seed) for seed in range(12)]
    vectors[3], vectors[8], vectors[5] = near(OTHER, 3), near(OTHER, 8), near(THIRD, 5)
    vectors[10] = None  # does not say who it is
    assert strangers(pictures, vectors, 0.6) == [[3, 8], [5]]


def test_one_person_has_no_strangers_and_nobody_known_none_either(pictures: list[FacePicture]) -> None:
    assert strangers(pictures, [near(ME, seed) for seed in range(12)], 0.6) == []
    assert strangers(pictures, [None] * 12, 0.6) == []

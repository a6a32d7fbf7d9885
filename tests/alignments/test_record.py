import json
from dataclasses import replace

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.core.errors import AlignmentsError


@pytest.fixture
def record(face: FaceRecord, source: SourceRecord) -> PictureRecord:
    random = np.random.default_rng(1)
    named = replace(
        face,
        landmarks=random.normal(300, 200, (68, 2)).astype(np.float32),
        raw=random.normal(300, 200, (68, 2)).astype(np.float32),
        vectors={"dlib-resnet": random.normal(0, 1, 128).astype(np.float32)},
        confidence=0.1 + 0.2,
        quality=1 / 3,
        track="000001-0",
        person="person-01",
        masks={"extended": MaskRecord.pack(random.integers(0, 256, (8, 8), np.uint8), np.eye(3)[:2] / 3, "face")},
    )
    return PictureRecord(named, source, 512, "head", np.array([[2.0, 0.1, 3], [-0.1, 2.0, 4]]))


def test_json_goes_round(record: PictureRecord) -> None:
    again = PictureRecord.from_json(record.to_json())
    assert (again.source, again.size, again.centering) == (record.source, 512, "head")
    assert (again.face.id, again.face.frame, again.face.pose) == (record.face.id, record.face.frame, record.face.pose)
    assert (again.face.score, again.face.sharpness, again.face.made_by) == (0.875, 12.5, {"d": "x"})
    np.testing.assert_array_equal(again.face.landmarks, record.face.landmarks)
    np.testing.assert_array_equal(again.face.raw, record.face.raw)
    np.testing.assert_array_equal(again.face.box, record.face.box)
    np.testing.assert_array_equal(again.face.vectors["dlib-resnet"], record.face.vectors["dlib-resnet"])
    np.testing.assert_array_equal(again.matrix, record.matrix)
    assert (again.face.confidence, again.face.quality) == (0.1 + 0.2, 1 / 3)
    assert (again.face.track, again.face.person) == ("000001-0", "person-01")
    mask, kept = again.face.masks["extended"], record.face.masks["extended"]
    np.testing.assert_array_equal(mask.pixels(), kept.pixels())
    np.testing.assert_array_equal(mask.matrix, kept.matrix)


def test_a_record_of_the_first_schema_is_read(record: PictureRecord) -> None:
    facts = json.loads(record.to_json())
    older = {
        name: facts[name] for name in facts if name not in ("raw", "confidence", "quality", "track", "person", "masks")
    }
    again = PictureRecord.from_json(json.dumps({**older, "schema": 1}))
    np.testing.assert_array_equal(again.face.landmarks, record.face.landmarks)
    assert (again.face.raw, again.face.track, again.face.confidence, again.face.masks) == (None, None, 1.0, {})


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"schema": 1}', "[" * 100_000])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(AlignmentsError, match="not a face record"):
        PictureRecord.from_json(text)


def test_a_forged_crop_is_refused(record: PictureRecord) -> None:
    facts = json.loads(record.to_json())
    for forged in ({"size": 0}, {"matrix": [[0.0, 0, 0], [0, 0, 0]]}, {"matrix": [[1e300, 0, 0], [0, 1, 0]]}):
        with pytest.raises(AlignmentsError, match=r"not a face record.*a map from its frame"):
            PictureRecord.from_json(json.dumps({**facts, "crop": {**facts["crop"], **forged}}))


def test_a_newer_record_is_refused_with_advice(record: PictureRecord) -> None:
    newer = {**json.loads(record.to_json()), "schema": 99}
    with pytest.raises(AlignmentsError, match=r"newer omote.*update"):
        PictureRecord.from_json(json.dumps(newer))


def test_a_face_has_68_points(face: FaceRecord) -> None:
    with pytest.raises(ValueError, match="68 points"):
        replace(face, landmarks=face.landmarks[17:])
    with pytest.raises(ValueError, match="finite"):
        replace(face, raw=face.landmarks * np.nan)
    with pytest.raises(ValueError, match="near its frame"):
        replace(face, box=face.box * 1e6)
    with pytest.raises(ValueError, match="one place"):
        replace(face, landmarks=face.landmarks * 0)

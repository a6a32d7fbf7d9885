import json
from dataclasses import replace

import numpy as np
import pytest

from omote.alignments.record import FaceRecord, PictureRecord, SourceRecord
from omote.core.errors import AlignmentsError


@pytest.fixture
def record(face: FaceRecord, source: SourceRecord) -> PictureRecord:
    named = replace(face, vectors={"dlib-resnet": np.linspace(-1, 1, 128, dtype=np.float32)})
    return PictureRecord(named, source, 512, "head", np.array([[2.0, 0.1, 3], [-0.1, 2.0, 4]]))


def test_json_goes_round(record: PictureRecord) -> None:
    again = PictureRecord.from_json(record.to_json())
    assert (again.source, again.size, again.centering) == (record.source, 512, "head")
    assert (again.face.id, again.face.frame, again.face.pose) == (record.face.id, record.face.frame, record.face.pose)
    assert (again.face.score, again.face.sharpness, again.face.made_by) == (0.875, 12.5, {"d": "x"})
    np.testing.assert_allclose(again.face.landmarks, record.face.landmarks, atol=5e-4)
    np.testing.assert_allclose(again.face.vectors["dlib-resnet"], record.face.vectors["dlib-resnet"], atol=1e-6)
    np.testing.assert_allclose(again.matrix, record.matrix)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"schema": 1}'])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(AlignmentsError, match="not a face record"):
        PictureRecord.from_json(text)


def test_a_newer_record_is_refused_with_advice(record: PictureRecord) -> None:
    newer = {**json.loads(record.to_json()), "schema": 99}
    with pytest.raises(AlignmentsError, match=r"newer omote.*update"):
        PictureRecord.from_json(json.dumps(newer))


def test_a_face_has_68_points(face: FaceRecord) -> None:
    with pytest.raises(ValueError, match="68 points"):
        replace(face, landmarks=face.landmarks[17:])

import json
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.foreign.faceswap_json import json_bytes, looks_like_json, read_faceswap_json
from omote.alignments.record import FaceRecord
from omote.core.errors import AlignmentsError


def test_points_come_back_as_float32_and_boxes_as_pixels(tmp_path: Path, face: FaceRecord) -> None:
    path = tmp_path / "clip_alignments.json"
    path.write_bytes(json_bytes([("clip_000001.mp4", [face]), ("clip_000002.mp4", [])]))
    found = read_faceswap_json(path)
    assert (found.name, found.video, found.faces(), len(found.frames)) == ("clip.mp4", True, 1, 2)
    (back,) = found.frames[0].faces
    np.testing.assert_array_equal(back.landmarks, face.landmarks)
    np.testing.assert_array_equal(back.box, face.box)
    assert list(json.loads(path.read_text())["clip_000001.mp4"][0]) == ["detected", "landmarks_2d"]
    assert looks_like_json(b'\xef\xbb\xbf\n {"')


def test_98_points_are_read_and_4_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    points = np.random.default_rng(0).uniform(0, 99, (98, 2)).tolist()
    path.write_text(json.dumps({"a.png": [{"landmarks_2d": points}]}))
    (face,) = read_faceswap_json(path).frames[0].faces
    np.testing.assert_array_equal(face.landmarks[0], np.float32(points[0]) + np.float32(0.5))
    np.testing.assert_array_equal(face.box[:2], face.landmarks.min(0))
    path.write_text(json.dumps({"a.png": [{"landmarks_2d": points[:4], "detected": [0, 0, 9, 9]}]}))
    with pytest.raises(AlignmentsError, match=r"a\.png: 4 points"):
        read_faceswap_json(path)


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"a": [{}]}', "[" * 100_000, '{"a":' * 5000, "\xff"])
def test_others_are_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, "latin-1")
    with pytest.raises(AlignmentsError, match=r"a\.json"):
        read_faceswap_json(tmp_path / "a.json")

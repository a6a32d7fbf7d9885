import pickle
import pickletools
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from omote.alignments.foreign.face import ForeignFace
from omote.alignments.foreign.fsa import fsa_bytes, looks_like_fsa, read_fsa
from omote.core.errors import AlignmentsError
from omote.core.types import Floats


def by_hand(landmarks: Floats, **changed: Any) -> dict[str, Any]:
    """A face in the layout of version 2.4."""
    points = (landmarks.astype(np.float64) - 0.5).tolist()
    return {
        "x": 10,
        "y": 20,
        "w": 100,
        "h": 110,
        "landmarks_xy": points,
        "mask": {},
        "identity": {},
        "thumb": None,
        **changed,
    }


def written(path: Path, data: object, version: object = 2.4) -> Path:
    path.write_bytes(zlib.compress(pickle.dumps({"__meta__": {"version": version}, "__data__": data})))
    return path


def only_face(path: Path) -> ForeignFace:
    (frame,) = read_fsa(path).frames
    (face,) = frame.faces
    return face


def test_a_file_of_version_2_4_is_read(tmp_path: Path, landmarks: Floats) -> None:
    vector = [n / 7 for n in range(512)]
    mask = {"mask": zlib.compress(bytes(16)), "affine_matrix": np.eye(3).tolist(), "interpolator": 1, "stored_size": 4,
            "stored_centering": "head"}  # fmt: skip
    face = by_hand(landmarks, identity={"t-face_ir-101": vector}, mask={"bisenet-fp_head": mask}, thumb=[255, 216])
    data = {
        "clip_000001.mp4": {"faces": [face], "video_meta": {"pts_time": 1001, "keyframe": True}},
        "clip_000002.mp4": {"faces": [], "video_meta": {}},
    }
    found = read_fsa(written(tmp_path / "clip_alignments.fsa", data))
    assert (found.format, found.name, found.video, found.faces()) == ("fsa 2.4", "clip.mp4", True, 1)
    assert [frame.pts for frame in found.frames] == [1001, None]
    (one,) = found.frames[0].faces
    np.testing.assert_array_equal(one.landmarks, landmarks)
    np.testing.assert_array_equal(one.box, [10, 20, 110, 130])
    np.testing.assert_array_equal(one.vectors["t-face_ir-101"], np.array(vector, np.float32))
    assert one.masks["bisenet"].centering == "head"


def test_older_versions_are_read(tmp_path: Path, landmarks: Floats) -> None:
    plain = by_hand(landmarks)
    del plain["identity"], plain["thumb"], plain["mask"]
    of_arrays = {
        **plain,
        "landmarks_xy": landmarks - np.float32(0.5),
        "thumb": np.zeros(9, np.uint8),
        "x": np.int64(10),
    }
    older_key = {"landmarksXY" if key == "landmarks_xy" else key: value for key, value in of_arrays.items()}
    for version, frame in (
        (2.0, [older_key]),
        (2.1, [of_arrays]),
        (2.2, {"faces": [of_arrays]}),
        (2.3, {"faces": [plain]}),
    ):
        found = only_face(written(tmp_path / "alignments.fsa", {"a.png": frame}, version))
        np.testing.assert_array_equal(found.landmarks, landmarks)
        np.testing.assert_array_equal(found.box, [10, 20, 110, 130])


def test_those_before_2_0_are_refused_with_advice(tmp_path: Path) -> None:
    path = written(tmp_path / "a.fsa", {}, 1.0)
    with pytest.raises(AlignmentsError, match=r"version 1, older than 2\.0.*faceswap 2\.3"):
        read_fsa(path)
    path.write_bytes(zlib.compress(pickle.dumps({"a.png": []})))
    with pytest.raises(AlignmentsError, match=r"older than 2\.0.*faceswap 2\.3"):
        read_fsa(path)


def test_what_is_written_names_no_code(landmarks: Floats) -> None:
    data = fsa_bytes([("clip_000001.mp4", {}, [by_hand(landmarks)]), ("clip_000002.mp4", {}, [])])
    inflated = zlib.decompress(data)
    assert (data[:2], inflated[:2]) == (b"\x78\x9c", b"\x80\x04")
    names = {opcode.name for opcode, _, _ in pickletools.genops(inflated)}
    assert not names & {"GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD", "NEWOBJ", "INST", "OBJ"}
    content = pickle.loads(inflated)
    assert content["__meta__"] == {"version": 2.4}
    assert list(content["__data__"]["clip_000001.mp4"]) == ["faces", "video_meta"]
    assert looks_like_fsa(data[:4096])


def test_bombs_and_damage_are_refused(tmp_path: Path, landmarks: Floats) -> None:
    path = tmp_path / "a.fsa"
    good = written(path, {"a.png": {"faces": [by_hand(landmarks)]}}).read_bytes()
    bad = {
        "inflates to more": zlib.compress(b"\x80\x04" + bytes(64 * 2**20)),
        "cut short": good[:-20],
        "not deflated": good[:50] + b"\0\0\0\0" + good[54:],
        "is missing": zlib.compress(pickle.dumps({"__meta__": {}, "__data__": {}})),
        "leads|name": zlib.compress(pickle.dumps({"__meta__": {"version": 2.4}, "__data__": {"../a": {"faces": []}}})),
        "where a dictionary": zlib.compress(pickle.dumps([1])),
    }
    for why, data in bad.items():
        path.write_bytes(data)
        with pytest.raises(AlignmentsError, match=why):
            read_fsa(path)
    one_spot = by_hand(landmarks * 0)
    with pytest.raises(AlignmentsError, match=r"a\.png: points that all lie"):
        read_fsa(written(path, {"a.png": {"faces": [one_spot]}}))

import base64
import json
import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.mask import MaskRecord
from omote.alignments.plain import as_json
from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
from omote.alignments.store import Alignments
from omote.alignments.tables import State
from omote.core.errors import AlignmentsError


def test_another_program_finds_everything(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4)
    mask = MaskRecord.pack(pixels, np.eye(3)[:2] / 3, "face")
    whole = replace(face, masks={"m": mask}, vectors={"v": np.array([0.1, 0.2], np.float32)}, person="person-01")
    with Alignments.open(tmp_path / "a.db", source) as alignments:
        alignments.settle({"threshold": 0.5})
        alignments.add(FrameRecord(0, 0, "clip_000001"), [])
        alignments.add(face.frame, [whole, replace(face, id="gone"), replace(face, id="other")])
        alignments.reject(["gone"])
        alignments.reject(["other"], State.UNWANTED)
        alignments.add(FrameRecord(2, 80, "clip_000003"), [])
    other = sqlite3.connect(tmp_path / "a.db")
    other.execute("UPDATE frames SET looked = 0 WHERE idx = 1")  # it is to be looked at again; its faces are known
    other.commit()
    other.close()
    facts = json.loads("".join(as_json([tmp_path / "a.db", tmp_path / "a.db"])))
    assert (facts["omote_alignments"], len(facts["sources"])) == (1, 2)
    one = facts["sources"][1]
    assert (one["name"], one["time_base"], one["settings"], one["finished"]) == (
        "clip.mp4", "1/25", {"threshold": 0.5}, False,
    )  # fmt: skip
    assert [frame["name"] for frame in one["looked_at"]] == ["clip_000001", "clip_000002", "clip_000003"]
    assert [frame["seconds"] for frame in one["looked_at"]] == [0, 1.6, 3.2]
    assert [len(frame["faces"]) for frame in one["looked_at"]] == [0, 3, 0]
    faces = {each["id"]: each for each in one["looked_at"][1]["faces"]}
    assert {name: each["state"] for name, each in faces.items()} == {
        face.id: "kept", "gone": "deleted", "other": "unwanted",
    }  # fmt: skip
    kept = faces[face.id]
    np.testing.assert_array_equal(np.float32(kept["landmarks"]), face.landmarks)
    np.testing.assert_array_equal(np.float32(kept["vectors"]["v"]), whole.vectors["v"])
    assert (kept["person"], kept["pose"], kept["box"]) == ("person-01", [3.5, -2.25, 0.5], [60, 50, 160, 160])
    shown = kept["masks"]["m"]
    flat = zlib.decompress(base64.b64decode(shown["pixels"]))
    np.testing.assert_array_equal(np.frombuffer(flat, np.uint8).reshape(shown["size"], shown["size"]), pixels)
    np.testing.assert_array_equal(shown["matrix"], mask.matrix)


def test_a_damaged_time_base_is_named(tmp_path: Path, source: SourceRecord, face: FaceRecord) -> None:
    with Alignments.open(tmp_path / "a.db", replace(source, time_base="1/0")) as alignments:
        alignments.add(face.frame, [face])
    with pytest.raises(AlignmentsError, match=r"time base is damaged \(1/0\).*a\.db"):
        list(as_json([tmp_path / "a.db"]))

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.record import FaceRecord
from omote.core.errors import OmoteError
from omote.core.files import LastTouch
from omote.core.types import Frame
from omote.faceset.config import CropConfig
from omote.imaging.geometry import transform
from omote.media.picture_files import png
from omote.media.source import open_source
from omote.stages.converting.patches import PatchSink, check_patches
from omote.swapping.composite import Fitted
from omote.swapping.config import PlanConfig
from omote.swapping.plan import Planner
from omote.swapping.routes import Route, Routes
from omote.swapping.swapper import Patch
from tests.stages.converting.frames import Greys, flat, read_deep

ROUTES = Routes((Path("models/one"),), {}, Route(0, "b"))
KEY = "k"


@pytest.fixture
def patch(face: FaceRecord) -> Patch:
    face = replace(face, person="person-01", track="t")
    (planned,) = Planner([face], ROUTES, [(CropConfig(), 64)], PlanConfig()).plan(1)
    rng = np.random.default_rng(0)
    made = Fitted(rng.random((32, 32, 3)).astype(np.float32), rng.random((48, 48)).astype(np.float32))
    return Patch(planned, made)


def sink_at(path: Path, key: str = KEY) -> PatchSink:
    return PatchSink(path, key, ROUTES, Fraction(1, 25))


def fill(sink: PatchSink, frames: list[Frame], patch: Patch) -> None:
    for frame in frames:
        sink.write((frame, [patch] * (frame.index % 3)))


def test_a_patch_says_where_it_goes(tmp_path: Path, patch: Patch) -> None:
    with sink_at(tmp_path / "out") as sink:
        fill(sink, [flat(n, pts=n * 2) for n in range(3)], patch)
    names = [f"f_{n:06d}_{k}{end}" for n, k in ((1, 0), (2, 0), (2, 1)) for end in (".json", ".png", "_mask.png")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert not list(tmp_path.glob(".out*"))
    facts = json.loads((tmp_path / "out" / "f_000002_1.json").read_text())
    whole = {"frame": 2, "name": "f_000002", "pts": 4, "seconds": 0.16, "frame_size": [8, 8]}
    whole |= {"person": "person-01", "track": "t", "model": "models/one", "makes": "b"}
    whole |= {"face": "f_000002_1.png", "mask": "f_000002_1_mask.png", "face_size": 32, "mask_size": 48}
    assert {name: facts[name] for name in whole} == whole
    placed = patch.planned.placed
    shares = np.array([[0, 0], [1, 1], [1 / 3, 1 / 4]])
    for name, side in (("face_to_frame", 32), ("mask_to_frame", 48)):
        there = transform(shares * side, np.array(facts[name]))
        np.testing.assert_allclose(transform(there, placed.matrix) / placed.size, shares, atol=1e-4)
    for name, wanted in (("face", patch.fitted.face), ("mask", patch.fitted.mask)):
        np.testing.assert_allclose(read_deep(tmp_path / "out" / facts[name]) / 65535, wanted, atol=1 / 65535)


def test_a_broken_run_is_gone_on_with_by_its_own_key_only(tmp_path: Path, patch: Patch) -> None:
    frames = [flat(n) for n in range(6)]
    with pytest.raises(RuntimeError), sink_at(tmp_path / "out") as sink:
        fill(sink, frames[:4], patch)
        raise RuntimeError
    assert not (tmp_path / "out").exists()
    with sink_at(tmp_path / "out") as sink:
        assert sink.next_frame == 4
        fill(sink, frames[4:], patch)
    with sink_at(tmp_path / "whole") as sink:
        assert sink.next_frame == 0
        fill(sink, frames, patch)
    out, whole = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("out", "whole"))
    assert out == whole
    with pytest.raises(RuntimeError), sink_at(tmp_path / "other") as sink:
        fill(sink, frames[:4], patch)
        raise RuntimeError
    assert sink_at(tmp_path / "other", "another key").next_frame == 0


def test_what_cannot_hold_patches_is_told_before_any_work(tmp_path: Path, patch: Patch) -> None:
    for name in ("out", "set"):
        (tmp_path / name).mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    for name in ("a.png", "b.png", "a.jpg"):
        (tmp_path / "set" / name).write_bytes(png(flat(1).rgb))
    film, pictures = Greys(3), open_source(tmp_path / "set")
    for path, source, said in (
        (tmp_path / "out", film, "already there"),
        (tmp_path / "out.png", film, "patches need a folder"),
        (tmp_path / "out" / "mine.txt", film, "patches need a folder"),
        (tmp_path / "set", pictures, "this is the source itself"),
        (tmp_path / "new", pictures, r"^a\.jpg and a\.png would become one file"),
    ):
        with pytest.raises(OmoteError, match=said):
            check_patches(path, source, overwrite=path != tmp_path / "out")
    check_patches(tmp_path / "new", film, overwrite=False)
    check_patches(tmp_path / "out", film, overwrite=True)
    with sink_at(tmp_path / "out") as sink:
        fill(sink, [flat(1)], patch)
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "set"]


def test_patches_of_no_frame_are_an_error_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(OmoteError, match="no frame was given"), sink_at(tmp_path / "out"):
        pass
    assert not list(tmp_path.iterdir())


def test_every_picture_is_touched_before_it_counts(tmp_path: Path, patch: Patch) -> None:
    touched: list[str] = []

    def touch(part: Path, name: str) -> None:
        assert part.name == name and part.is_file()
        touched.append(name)

    with PatchSink(tmp_path / "out", KEY, ROUTES, Fraction(1, 25), LastTouch(touch)) as sink:
        fill(sink, [flat(1)], patch)
        assert not (tmp_path / "out").exists()
    assert touched == ["f_000001_0.png", "f_000001_0_mask.png"]

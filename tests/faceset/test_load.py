from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from omote.alignments.png import read_record, with_record
from omote.alignments.record import FaceRecord
from omote.core.errors import OmoteError, Stopped
from omote.core.types import Picture
from omote.faceset import load
from omote.faceset.areas import areas
from omote.faceset.config import AugmentConfig, CropConfig
from omote.faceset.load import Faceset, load_faceset, stored_side
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import compose, resize, shifted, transform, warp
from omote.imaging.pictures import decode, encode_png


def test_every_face_with_its_areas_and_a_margin(folder: Path, picture: Picture, face: FaceRecord) -> None:
    crop = CropConfig(coverage=0.8, vertical_offset=-5)
    faces = load_faceset([folder], 64, crop)
    assert faces.faces.shape == (5, 6, 84, 84)
    assert len(faces) == 5
    assert faces.size == 64
    # Its middle is the very crop that conversion cuts straight from the frame.
    matrix = compose(shifted(10, 10), crop_matrix(face.landmarks, 64, "face", 0.8, -5))
    straight = warp(picture, matrix, 84, 84)
    np.testing.assert_allclose(faces.faces[0, :3].permute(1, 2, 0).numpy().astype(int), straight, atol=6)
    points = transform(face.landmarks, matrix)
    np.testing.assert_allclose(faces.landmarks, np.stack([points] * 5), atol=1e-3)
    np.testing.assert_array_equal(faces.faces[0, 3:], areas(points, 84, 64, "extended"))


def test_what_the_records_say_is_kept(folder: Path) -> None:
    faces = load_faceset([folder], 16, CropConfig())
    assert faces.ids == ("f0", "f1", "f2", "f3", "f4")
    assert faces.frames == tuple(f"0123456789abcdef/{number}" for number in range(5))
    assert faces.poses.tolist() == [[10.0 * number, -number] for number in range(5)]
    means = faces.faces[:, :3].double().mean((1, 2, 3))
    torch.testing.assert_close(means / means[0], 1 - torch.arange(5).double() / 10, atol=0.01, rtol=0)


def test_nothing_depends_on_how_files_are_named_or_sorted_into_folders(folder: Path, tmp_path: Path) -> None:
    before = load_faceset([folder], 16, CropConfig())
    (folder / "sub").mkdir()
    (folder / "0.png").rename(folder / "sub" / "z.png")
    (tmp_path / "more").mkdir()
    (folder / "3.png").rename(tmp_path / "more" / "a.png")
    after = load_faceset([tmp_path / "more", folder], 16, CropConfig())
    assert (after.ids, after.digest) == (before.ids, before.digest)
    assert torch.equal(after.faces, before.faces)
    (folder / "sub" / "z.png").unlink()
    assert load_faceset([folder, tmp_path / "more"], 16, CropConfig()).digest != before.digest


def test_a_picture_that_its_owner_scaled_gives_the_same_face(folder: Path) -> None:
    before = load_faceset([folder], 32, CropConfig()).faces[2, :3]
    data = (folder / "2.png").read_bytes()
    picture, record = decode(data), read_record(folder / "2.png")
    assert picture is not None
    assert record is not None
    (folder / "2.png").write_bytes(with_record(encode_png(resize(picture, 300, 300)), record))
    after = load_faceset([folder], 32, CropConfig()).faces[2, :3]
    assert (after.int() - before.int()).abs().double().mean() < 1.5


def test_the_second_time_nothing_is_decoded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_faceset([folder], 32, CropConfig())
    monkeypatch.setattr(load, "decode", lambda data: pytest.fail("decoded again"))
    second = load_faceset([folder], 32, CropConfig())
    for name in ("faces", "landmarks", "poses"):
        assert torch.equal(getattr(first, name), getattr(second, name))
    assert (first.ids, first.frames, first.digest) == (second.ids, second.frames, second.digest)


@pytest.mark.parametrize("change", ["size", "crop", "picture", "face gone"])
def test_what_is_kept_is_of_the_very_pictures_size_and_crop(folder: Path, change: str) -> None:
    before = load_faceset([folder], 32, CropConfig())
    size, crop = 32, CropConfig()
    if change == "size":
        size = 48
    elif change == "crop":
        crop = CropConfig(coverage=0.7)
    elif change == "picture":
        record = read_record(folder / "1.png")
        assert record is not None
        (folder / "1.png").write_bytes(with_record(encode_png(np.zeros((512, 512, 3), np.uint8)), record))
    else:
        (folder / "1.png").unlink()
    after, cold = load_faceset([folder], size, crop), load_faceset([folder], size, crop, cache=False)
    assert torch.equal(after.faces, cold.faces)
    assert not torch.equal(after.faces, before.faces)


def test_faces_that_cannot_be_kept_are_loaded_and_it_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("OMOTE_CACHE", str(tmp_path / "file"))
    said: list[str] = []
    assert len(load_faceset([folder], 16, CropConfig(), note=said.append)) == 5
    assert len(said) == 1
    assert "not kept" in said[0]


def test_who_watches_sees_every_part_and_can_stop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_TOGETHER", 2)
    seen: list[tuple[int, int]] = []
    load_faceset([folder], 16, CropConfig(), cache=False, progress=lambda *now: seen.append(now))
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]
    seen.clear()
    with pytest.raises(Stopped):
        load_faceset([folder], 16, CropConfig(), progress=lambda *now: seen.append(now), stopped=lambda: len(seen) > 1)
    assert seen == [(0, 5), (2, 5)]


def test_faults_are_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OmoteError, match=r"no face pictures.*empty.*omote extract"):
        load_faceset([folder, tmp_path / "empty"], 64, CropConfig())
    with pytest.raises(OmoteError, match=r"no such folder.*nowhere"):
        load_faceset([tmp_path / "nowhere"], 64, CropConfig())
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[: whole.index(b"IDAT") + 20])
    for cache in (True, False):
        with pytest.raises(OmoteError, match=r"3\.png"):
            load_faceset([folder], 64, CropConfig(), cache=cache)


@pytest.mark.parametrize("size", [64, 96, 128, 160, 256, 320, 512])
def test_the_margin_holds_whatever_the_default_variation_brings_in(size: int) -> None:
    config, side = AugmentConfig(), stored_side(size)
    assert (side - size) % 2 == 0
    # The centre of the outermost pixel, turned, scaled and moved as far as it goes, against that of the outermost kept.
    angle, outermost = np.radians(config.rotation), (size - 1) / 2
    reach = outermost * (np.cos(angle) + np.sin(angle)) * (1 + config.zoom / 100) + size * config.shift / 100
    assert (side - 1) / 2 > reach - 0.15
    assert side <= size * 1.34


def test_a_faceset_is_checked_at_birth(faceset: Callable[..., Faceset]) -> None:
    good = faceset(["s/0", "s/1"])
    wrong: list[dict[str, Any]] = [
        {"faces": good.faces[:, :4]}, {"faces": good.faces.float()}, {"landmarks": good.landmarks[:1]},
        {"poses": good.poses.double()}, {"size": 7}, {"frames": ("s/0",)}, {"ids": ()},
    ]  # fmt: skip
    for change in wrong:
        with pytest.raises(ValueError, match=r"must be|faces and a frame"):
            replace(good, **change)

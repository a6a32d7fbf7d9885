import os
import resource
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from omote.alignments.png import read_record, rewrite_record
from omote.alignments.record import FaceRecord
from omote.core.errors import AlignmentsError
from omote.faceset import cache
from omote.faceset.cache import cached, fingerprint, key_of, place, store
from omote.faceset.config import CropConfig

KEY = "ab" * 32


def tensors(seed: int = 0, count: int = 7) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    faces = torch.randint(0, 256, (count, 6, 9, 9), generator=generator, dtype=torch.uint8)
    return {"faces": faces, "poses": torch.randn(count, 2, generator=generator)}


def path_of(key: str) -> Path:
    return place() / f"{key}.safetensors"


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    assert cached(KEY) is None
    assert store(KEY, tensors()) is None
    back = cached(KEY)
    assert back is not None
    assert back.keys() == tensors().keys()
    assert all(torch.equal(back[name], tensor) for name, tensor in tensors().items())
    assert cached("cd" * 32) is None
    # The file is one that safetensors itself reads.
    plain = load_file(path_of(KEY))
    assert all(torch.equal(plain[name], tensor) for name, tensor in tensors().items())


def test_it_comes_back_whatever_the_size_of_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    store(KEY, tensors())
    whole = path_of(KEY).read_bytes()
    monkeypatch.setattr(cache, "_PIECE", 1000)
    store(KEY, tensors())
    assert path_of(KEY).read_bytes() == whole


def test_the_folder_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OMOTE_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place() == tmp_path / "own" / "facesets"
    monkeypatch.delenv("OMOTE_CACHE")
    assert place() == tmp_path / "xdg" / "omote" / "facesets"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert place() == tmp_path / ".cache" / "omote" / "facesets"


def test_a_damaged_byte_anywhere_makes_it_as_if_not_kept() -> None:
    store(KEY, tensors())
    whole = path_of(KEY).read_bytes()
    back: list[dict[str, Tensor]] = []
    for at in [*range(300), *range(300, len(whole), 97), len(whole) - 1]:
        path_of(KEY).write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        back += filter(None, [cached(KEY)])
    # But for blanks in the header, whose loss changes nothing.
    assert len(back) < 20
    for kept in back:
        assert kept.keys() == tensors().keys()
        assert all(torch.equal(kept[name], tensor) for name, tensor in tensors().items())


@pytest.mark.parametrize("left", [0, 7, 100, 2000])
def test_a_file_cut_short_or_empty_is_as_if_not_kept_and_is_replaced(left: int) -> None:
    store(KEY, tensors())
    path_of(KEY).write_bytes(path_of(KEY).read_bytes()[:left])
    assert cached(KEY) is None
    assert store(KEY, tensors()) is None
    assert cached(KEY) is not None


def test_the_least_recently_used_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [f"{number:064x}" for number in range(4)]
    for age, key in zip((40, 30, 20), keys, strict=False):
        store(key, tensors())
        os.utime(path_of(key), (time.time() - age,) * 2)
    cached(keys[0])  # used again
    monkeypatch.setattr(cache, "LARGEST", 3 * path_of(keys[0]).stat().st_size)
    assert store(keys[3], tensors()) is None
    assert [path_of(key).exists() for key in keys] == [True, False, True, True]


def test_a_set_larger_than_all_room_is_not_kept_and_drops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    store(KEY, tensors())
    monkeypatch.setattr(cache, "LARGEST", path_of(KEY).stat().st_size * 2)
    assert "not kept" in (store("cd" * 32, tensors(count=40)) or "")
    assert cached(KEY) is not None
    assert cached("cd" * 32) is None


def test_a_disk_that_is_nearly_full_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1 << 30))
    assert "not kept" in (store(KEY, tensors()) or "")
    assert not path_of(KEY).exists()


def test_a_file_that_cannot_be_written_to_its_end_leaves_nothing_behind() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        said = store(KEY, tensors(count=50))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "not kept: cannot write" in (said or "")
    assert list(place().iterdir()) == []


def test_without_any_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("OMOTE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert cached(KEY) is None
    assert "OMOTE_CACHE" in (store(KEY, tensors()) or "")


def test_what_a_killed_process_left_goes_after_a_day_and_what_is_not_ours_stays() -> None:
    place().mkdir(parents=True)
    fresh, old = (place() / f".{letter * 32}.safetensors" for letter in "ab")
    others = [place() / "model.safetensors", place() / ".hidden", place() / "notes.txt"]
    for file in (fresh, old, *others):
        file.write_bytes(b"x")
    for file in (old, *others):
        os.utime(file, (time.time() - 2 * 24 * 3600,) * 2)
    store(KEY, tensors())
    assert not old.exists()
    assert all(file.exists() for file in (fresh, *others, path_of(KEY)))


def test_many_that_keep_the_same_set_at_once_never_meet_half_of_it() -> None:
    faces = torch.arange(8_000_000).to(torch.uint8).reshape(-1, 1, 50, 50)
    assert store(KEY, {"faces": faces}) is None

    def work(number: int) -> bool:
        if number % 2:
            return store(KEY, {"faces": faces}) is None
        back = cached(KEY)
        return back is not None and torch.equal(back["faces"], faces)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(24)))
    assert [file.name for file in place().iterdir()] == [path_of(KEY).name]


def test_a_fingerprint_changes_with_pixels_and_record_and_not_with_the_name(
    folder: Path, face: FaceRecord, tmp_path: Path
) -> None:
    one = fingerprint(folder / "0.png")
    shutil.copy(folder / "0.png", tmp_path / "copy.png")
    assert fingerprint(tmp_path / "copy.png") == one
    assert fingerprint(folder / "1.png") != one
    record = read_record(folder / "0.png")
    assert record is not None
    record.face.landmarks[0] += 0.125
    rewrite_record(folder / "0.png", record)
    assert fingerprint(folder / "0.png") != one


def test_a_picture_cut_short_has_no_fingerprint(folder: Path) -> None:
    whole = (folder / "0.png").read_bytes()
    for left in (len(whole) // 2, len(whole) - 3):
        (folder / "0.png").write_bytes(whole[:left])
        with pytest.raises(AlignmentsError, match=r"cut short.*0\.png"):
            fingerprint(folder / "0.png")
    with pytest.raises(AlignmentsError, match=r"cannot be read.*none\.png"):
        fingerprint(folder / "none.png")


def test_a_key_is_of_ids_contents_their_order_size_and_crop(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures, crop = [("a", b"1"), ("b", b"2")], CropConfig()
    key = key_of(pictures, 64, crop)
    assert key == key_of(iter(pictures), 64, CropConfig())
    others = {
        key_of(pictures[::-1], 64, crop), key_of(pictures[:1], 64, crop), key_of([("a", b"1"), ("b", b"3")], 64, crop),
        key_of([("a", b"1b"), ("", b"2")], 64, crop), key_of(pictures, 65, crop),
        key_of(pictures, 64, CropConfig(mask="components")),
    }  # fmt: skip
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    assert len({key, *others, key_of(pictures, 64, crop)}) == 8

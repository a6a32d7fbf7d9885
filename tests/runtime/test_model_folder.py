import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import SafetensorError

from omote.core import files
from omote.core.errors import ModelError, OmoteError
from omote.runtime import model_folder
from omote.runtime.model_folder import (
    Checkpoint,
    has_model,
    read_checkpoint,
    read_settings,
    read_state,
    read_weights,
    slots,
    snapshot,
    write_checkpoint,
)

KILLS = 50
FILES = ("model.safetensors", "optimizer.safetensors", "state.json", "train.toml")


def state(iteration: int) -> dict[str, Any]:
    groups: dict[str, Any] = {name: {} for name in ("options", "crop", "faces", "history")}
    return {"schema": 1, "network": "nano", "iteration": iteration, "seconds": 1.0, **groups}


def checkpoint(iteration: int) -> Checkpoint:
    weights = {"a.weight": torch.full((2, 3), float(iteration)), "a.bias": torch.arange(3.0)}
    return Checkpoint(weights, {"order": torch.tensor([2, 0, 1])}, state(iteration), "seed = 1\n")


def iteration_of(folder: Path, slot: str = "last") -> int:
    found = read_checkpoint(folder, slot)
    assert torch.equal(found.weights["a.weight"], torch.full((2, 3), float(found.state["iteration"])))
    assert found.settings == "seed = 1\n"
    return int(found.state["iteration"])


def test_a_checkpoint_goes_round_and_the_last_one_counts(tmp_path: Path) -> None:
    assert not has_model(tmp_path)
    for iteration in (1, 2):
        write_checkpoint(tmp_path, checkpoint(iteration))
    assert has_model(tmp_path)
    found = read_checkpoint(tmp_path)
    assert found.state == read_state(tmp_path) == state(2)
    assert found.settings == read_settings(tmp_path)
    assert found.settings == "seed = 1\n"
    assert torch.equal(found.weights["a.weight"], torch.full((2, 3), 2.0))
    assert torch.equal(found.optimizer["order"], torch.tensor([2, 0, 1]))
    assert torch.equal(read_weights(tmp_path)["a.bias"], torch.arange(3.0))


def test_slots_hold_checkpoints_of_their_own(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(3))
    write_checkpoint(tmp_path, Checkpoint(checkpoint(1).weights, {}, state(1), "seed = 1\n"), "best")
    assert slots(tmp_path) == ["last", "best"]
    assert (iteration_of(tmp_path), iteration_of(tmp_path, "best")) == (3, 1)
    assert read_checkpoint(tmp_path, "best").optimizer == {}
    assert float(read_weights(tmp_path, "best")["a.weight"][0, 0]) == read_state(tmp_path, "best")["iteration"] == 1
    with pytest.raises(ModelError, match=r"no slot of a model is called '\.\./best' \(there may be: last, best"):
        read_state(tmp_path, "../best")


def test_memory_layout_and_kind_of_number_do_not_matter(tmp_path: Path) -> None:
    weights = {
        "w": torch.rand(4, 3, 2, 2).to(memory_format=torch.channels_last),
        "half": torch.rand(5).bfloat16(),
        "step": torch.tensor(7.0),
        "state": torch.arange(9, dtype=torch.uint8),
        "every other": torch.arange(9.0)[::2],
        "none": torch.empty(0, 3),
    }
    write_checkpoint(tmp_path, Checkpoint(weights, {}, {}, ""))
    found = read_weights(tmp_path)
    assert found.keys() == weights.keys()
    for name, weight in weights.items():
        assert found[name].dtype == weight.dtype
        assert torch.equal(found[name], weight)


def test_whoever_may_read_other_files_may_read_weights(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    (tmp_path / "other").touch()
    modes = {path.stat().st_mode for path in (tmp_path / "other", *(tmp_path / "last").iterdir())}
    assert len(modes) == 1


def test_what_was_read_is_not_the_file(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    found = read_weights(tmp_path)["a.weight"]
    (tmp_path / "last" / "model.safetensors").write_bytes(bytes(10_000))
    assert torch.equal(found, torch.full((2, 3), 1.0))


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_the_newest_snapshots_stay(tmp_path: Path, keep: int) -> None:
    for iteration in (8, 9, 10, 11):
        write_checkpoint(tmp_path, checkpoint(iteration))
        snapshot(tmp_path, iteration, keep)
    kept = [11, 10, 9][:keep]
    assert slots(tmp_path) == ["last", *(f"snapshot-{iteration}" for iteration in kept)]
    assert [iteration_of(tmp_path, f"snapshot-{iteration}") for iteration in kept] == kept


def test_a_run_that_went_back_keeps_its_new_snapshot(tmp_path: Path) -> None:
    for iteration in (10, 20, 5):  # 5: of a run that was set back, so that its number is the smallest
        write_checkpoint(tmp_path, checkpoint(iteration))
        snapshot(tmp_path, iteration, 2)
    assert slots(tmp_path) == ["last", "snapshot-20", "snapshot-5"]


def test_a_snapshot_outlives_what_it_was_made_of_and_takes_no_room_of_its_own(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    snapshot(tmp_path, 1, 4)
    for name in FILES:
        assert (tmp_path / "snapshot-1" / name).samefile(tmp_path / "last" / name)
    write_checkpoint(tmp_path, checkpoint(2))
    assert (iteration_of(tmp_path), iteration_of(tmp_path, "snapshot-1")) == (2, 1)


def test_without_hard_links_a_snapshot_is_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_checkpoint(tmp_path, checkpoint(1))
    snapshot(tmp_path, 1, 4)
    assert not (tmp_path / "snapshot-1" / FILES[0]).samefile(tmp_path / "last" / FILES[0])
    assert iteration_of(tmp_path, "snapshot-1") == 1


def test_what_a_killed_snapshot_left_is_cleared(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    (tmp_path / "snapshot-7.new").mkdir()
    assert slots(tmp_path) == ["last"]
    snapshot(tmp_path, 8, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last", "snapshot-8"]


@pytest.mark.parametrize("name", FILES[:3])
def test_a_damaged_file_is_named_with_the_slots_that_are_whole(tmp_path: Path, name: str) -> None:
    for slot in ("last", "best", "snapshot-2"):
        write_checkpoint(tmp_path, checkpoint(1), slot)
    (tmp_path / "last" / name).write_bytes(b"cut")
    whole = r"\(whole: best, snapshot-2; to go on, rename one of them to last in place of this\)"
    with pytest.raises(ModelError, match=f"damaged.*last/{name} {whole}"):
        read_checkpoint(tmp_path)
    for slot in ("best", "snapshot-2"):
        path = tmp_path / slot / name
        path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ModelError, match=f"damaged.*last/{name}$"):
        read_checkpoint(tmp_path)


def test_the_advice_works(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(5))
    write_checkpoint(tmp_path, checkpoint(4), "best")
    for name in FILES:
        (tmp_path / "last" / name).unlink()
    with pytest.raises(ModelError, match=r"whole: best"):
        read_checkpoint(tmp_path)
    (tmp_path / "last").rmdir()
    with pytest.raises(ModelError, match=r"no last in this model.*\(there is: best; to go on, rename one of them"):
        read_checkpoint(tmp_path)
    (tmp_path / "best").rename(tmp_path / "last")
    assert iteration_of(tmp_path) == 4


def test_a_state_that_lacks_something_or_is_newer_is_refused(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    path = tmp_path / "last" / "state.json"
    path.write_text(json.dumps({name: value for name, value in state(1).items() if name != "crop"}))
    with pytest.raises(ModelError, match=r"lacks crop.*state\.json"):
        read_state(tmp_path)
    path.write_text("[{}]")
    with pytest.raises(ModelError, match=r"damaged.*state\.json"):
        read_state(tmp_path)
    path.write_text(json.dumps({"schema": 2}))
    with pytest.raises(ModelError, match=r"newer omote.*state\.json.*update omote"):
        read_state(tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in this folder"):
        read_weights(tmp_path)
    with pytest.raises(ModelError, match="no model in this folder"):
        snapshot(tmp_path / "nothing", 1, 1)


def test_a_full_disk_is_said_and_the_older_checkpoint_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    write_checkpoint(tmp_path, checkpoint(1))
    monkeypatch.setattr(model_folder, "save_file", full)
    with pytest.raises(OmoteError, match="the disk is full"):
        write_checkpoint(tmp_path, checkpoint(2))
    assert iteration_of(tmp_path) == 1


def test_who_reads_while_another_writes_gets_one_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "sync", lambda _: None)  # readers see the same either way, and a slow disk has no say
    write_checkpoint(tmp_path, checkpoint(0))
    done = threading.Event()

    def write() -> None:
        for iteration in itertools.count(1):
            if done.is_set():
                return
            write_checkpoint(tmp_path, checkpoint(iteration))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen: list[int] = []
        until = time.monotonic() + 20
        while len(set(seen)) < 30 and time.monotonic() < until:
            seen.append(iteration_of(tmp_path))
    finally:
        done.set()
        writer.join()
    assert len(set(seen)) == 30
    assert seen == sorted(seen)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_kill_at_any_moment_leaves_whole_checkpoints(tmp_path: Path) -> None:
    told = subprocess.run([sys.executable, __file__, tmp_path], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"{KILLS} kills")


def _write_for_ever(folder: Path, iteration: int) -> None:
    while True:
        iteration += 1
        write_checkpoint(folder, checkpoint(iteration))
        if iteration % 2:
            snapshot(folder, iteration, keep=2)
        else:
            write_checkpoint(folder, checkpoint(iteration), "best")


def _kill_often(folder: Path) -> None:
    """Kill a writer at random moments and see after each that every slot is whole and none is older than before."""
    write_checkpoint(folder, checkpoint(0))
    chance, reached, moments = random.Random(0), 0, set()
    for _ in range(KILLS):
        writer = os.fork()
        if writer == 0:
            _write_for_ever(folder, reached)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        moments.add(tuple(sorted(path.name.split("-")[0] for path in folder.iterdir())))
        before, reached = reached, iteration_of(folder)
        assert reached >= before
        for slot in slots(folder)[1:]:
            iteration = iteration_of(folder, slot)
            assert slot in ("best", f"snapshot-{iteration}")
    sys.stdout.write(f"{KILLS} kills, {reached} checkpoints, {len(moments)} states of the folder\n")


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        # A kill leaves to the system what it has yet to put on the disk: to wait for that would only make fewer writes.
        patch.setattr(files, "sync", lambda _: None)
        _kill_often(Path(sys.argv[1]))

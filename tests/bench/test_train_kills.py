from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import train_kills
from bench.train_kills import differences, parts, timeless
from omote.runtime.model_folder import Checkpoint, write_checkpoint


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which the faces, a few of them, stay for the next test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_kills, "_FRAMES", 4)
        yield tmp_path_factory.mktemp("kills")


@pytest.fixture
def checkpoint() -> Checkpoint:
    state: dict[str, Any] = {
        "schema": 1, "network": "nano", "options": {}, "crop": {}, "iteration": 9, "seconds": 1.5, "faces": {},
        "versions": {"omote": "1"}, "history": [[5, 0.7, 0.1, 0.2, 1e-3], [9, 1.4, 0.1, 0.2, 1e-3]],
        "place": {"number": 1, "began": {"iteration": 4, "seconds": 0.6}, "share": 0.4},
    }  # fmt: skip
    return Checkpoint({"w": torch.tensor([0.0, 1.0])}, {"m": torch.ones(2)}, state, "a = 1\n")


def test_runs_that_differ_in_time_only_are_the_same(checkpoint: Checkpoint) -> None:
    state = checkpoint.state
    later = {
        **state, "seconds": 3.0, "versions": {}, "history": [[5, 2, 0.1, 0.2, 1e-3], [9, 3, 0.1, 0.2, 1e-3]],
        "place": {**state["place"], "began": {"iteration": 4, "seconds": 1.1}},
    }  # fmt: skip
    assert timeless(later) == timeless(state)
    assert differences(parts(checkpoint), parts(replace(checkpoint, state=later))) == []


def test_a_bit_a_row_or_a_missing_tensor_is_a_difference(checkpoint: Checkpoint) -> None:
    truth = parts(checkpoint)
    assert differences(truth, parts(replace(checkpoint, weights={"w": torch.tensor([-0.0, 1.0])}))) == ["weights w"]
    assert differences(truth, parts(replace(checkpoint, optimizer={}))) == ["optimizer m"]
    assert differences(truth, parts(replace(checkpoint, settings=""))) == ["settings"]
    other = {**checkpoint.state, "history": checkpoint.state["history"][:1]}
    assert differences(truth, parts(replace(checkpoint, state=other))) == ["state history"]
    begun = {**checkpoint.state, "place": {"number": 1, "began": {"iteration": 5, "seconds": 0.6}, "share": 0.4}}
    assert differences(truth, parts(replace(checkpoint, state=begun))) == ["state place"]


def test_a_model_that_was_there_must_be_readable_and_no_older(tmp_path: Path, checkpoint: Checkpoint) -> None:
    assert train_kills._reached(tmp_path, -1) == (-1, "")
    write_checkpoint(tmp_path, checkpoint)
    assert train_kills._reached(tmp_path, -1) == (9, "")
    assert train_kills._reached(tmp_path, 12)[1] == "back from 12 to 9"
    (tmp_path / "last" / "model.safetensors").write_bytes(b"torn")
    assert "damaged" in train_kills._reached(tmp_path, 9)[1]
    (tmp_path / "last").rename(tmp_path / "elsewhere")
    assert "no model" in train_kills._reached(tmp_path, 9)[1]


@pytest.mark.slow
def test_a_training_survives_broken_numbers_and_says_so(place: Path) -> None:
    found = train_kills.survivals(place)
    assert [found[name]["survived"] for name in ("batch", "weight", "optimizer")] == [True, True, True]
    assert [found[name]["lowered"] for name in ("batch", "weight", "optimizer")] == [0, 1, 1]
    assert "a step was left out" in found["batch"]["said"][0]
    assert any("back to iteration" in line for line in found["weight"]["said"])


@pytest.mark.slow
def test_a_killed_training_comes_to_the_same_end(place: Path) -> None:
    found = train_kills.measure(place, kills=1, iterations=12, seed=1)
    assert (found["kills"], found["runs"]) == (1, 1)
    assert found["unloadable"] == found["differing"] == []

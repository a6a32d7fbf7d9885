import json
from pathlib import Path
from typing import Any

import pytest
import torch

from omote.core.errors import ModelError
from omote.runtime.model_folder import (
    Checkpoint,
    has_model,
    read_checkpoint,
    read_state,
    read_weights,
    write_checkpoint,
)


def state(iteration: int) -> dict[str, Any]:
    groups: dict[str, Any] = {name: {} for name in ("options", "crop", "faces", "history")}
    return {"schema": 1, "network": "nano", "iteration": iteration, "seconds": 1.0, **groups}


def checkpoint(iteration: int) -> Checkpoint:
    weights = {"a.weight": torch.full((2, 3), float(iteration)), "a.bias": torch.arange(3.0)}
    return Checkpoint(weights, {"order": torch.tensor([2, 0, 1])}, state(iteration), "seed = 1\n")


def test_a_checkpoint_goes_round_and_the_last_one_counts(tmp_path: Path) -> None:
    assert not has_model(tmp_path)
    for iteration in (1, 2):
        write_checkpoint(tmp_path, checkpoint(iteration))
    assert has_model(tmp_path)
    found = read_checkpoint(tmp_path)
    assert found.state == read_state(tmp_path) == state(2)
    assert found.settings == "seed = 1\n"
    assert torch.equal(found.weights["a.weight"], torch.full((2, 3), 2.0))
    assert torch.equal(found.optimizer["order"], torch.tensor([2, 0, 1]))
    assert torch.equal(read_weights(tmp_path)["a.bias"], torch.arange(3.0))


def test_memory_layout_does_not_matter(tmp_path: Path) -> None:
    weight = torch.rand(4, 3, 2, 2).to(memory_format=torch.channels_last)
    write_checkpoint(tmp_path, Checkpoint({"w": weight}, {}, {}, ""))
    assert torch.equal(read_weights(tmp_path)["w"], weight)


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.safetensors", "state.json"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    write_checkpoint(tmp_path, checkpoint(1))
    (tmp_path / "last" / name).write_bytes(b"cut")
    with pytest.raises(ModelError, match=f"damaged.*{name}"):
        read_checkpoint(tmp_path)


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
    with pytest.raises(ModelError, match=r"newer omote.*state\.json"):
        read_state(tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in this folder"):
        read_weights(tmp_path)

from pathlib import Path

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


def checkpoint(iteration: int) -> Checkpoint:
    weights = {"a.weight": torch.full((2, 3), float(iteration)), "a.bias": torch.arange(3.0)}
    return Checkpoint(weights, {"order": torch.tensor([2, 0, 1])}, {"iteration": iteration}, "seed = 1\n")


def test_a_checkpoint_goes_round_and_the_last_one_counts(tmp_path: Path) -> None:
    assert not has_model(tmp_path)
    for iteration in (1, 2):
        write_checkpoint(tmp_path, checkpoint(iteration))
    assert has_model(tmp_path)
    found = read_checkpoint(tmp_path)
    assert found.state == read_state(tmp_path) == {"iteration": 2}
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


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model in this folder"):
        read_weights(tmp_path)

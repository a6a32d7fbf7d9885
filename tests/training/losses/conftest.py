from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.training.losses import fakes


@pytest.fixture
def pictures() -> tuple[Tensor, Tensor]:
    """Two pictures of odd sides that are alike: smooth, with noise, and different noise."""
    return fakes.alike(2, 37, 44, seed=0)


@pytest.fixture
def weight() -> Tensor:
    return torch.rand(2, 1, 37, 44, generator=torch.Generator().manual_seed(5))


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of weights, and nothing to be found elsewhere."""
    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setenv("OMOTE_WEIGHTS", str(folder))
    for name in ("TORCH_HOME", "XDG_CACHE_HOME", "UNIFACE_CACHE_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return folder


@pytest.fixture
def all_weights(no_weights: Path) -> Path:
    """A folder with random weights of AlexNet, LPIPS and a tiny network for identity, in their layouts."""
    pytest.importorskip("onnx")
    fakes.put_alexnet(no_weights)
    fakes.put_identifier(no_weights)
    return no_weights

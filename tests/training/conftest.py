from typing import Literal

import pytest
import torch

from omote.faceset.load import Faceset
from omote.training.config import LearnConfig
from omote.training.run import Run, fresh_network


def blobs(seed: int, count: int) -> Faceset:
    """Faces that are soft blobs at places of their own, in one colour a person."""
    generator = torch.Generator().manual_seed(seed)
    y, x = torch.meshgrid(torch.arange(83.0), torch.arange(83.0), indexing="ij")
    at = 30 + 23 * torch.rand(count, 2, 1, 1, generator=generator)
    light = torch.exp(-((x - at[:, 0]) ** 2 + (y - at[:, 1]) ** 2) / 300)
    colour = torch.rand(3, generator=generator)[None, :, None, None]
    faces = torch.cat([light[:, None] * colour, torch.ones(count, 1, 83, 83)], 1)
    return Faceset((faces * 255).round().to(torch.uint8), 64, f"{seed}-{count}")


@pytest.fixture
def config() -> LearnConfig:
    return LearnConfig(batch_size=4, save_every=5, seed=3)


@pytest.fixture
def sets() -> dict[Literal["a", "b"], Faceset]:
    return {"a": blobs(1, 9), "b": blobs(2, 11)}


@pytest.fixture
def run(config: LearnConfig, sets: dict[Literal["a", "b"], Faceset]) -> Run:
    return Run.begin(config, fresh_network(config, torch.device("cpu")), sets)

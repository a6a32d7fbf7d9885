from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from torch import Tensor

from omote.core.config import laid_over
from omote.faceset.load import Faceset, digest_of, stored_side
from omote.runtime.model_folder import Checkpoint, read_checkpoint, write_checkpoint
from omote.runtime.precision import pick_precision
from omote.runtime.team import Team
from omote.training.config import LearnConfig
from omote.training.history import Row
from omote.training.keeper import Told
from omote.training.run import Run, fresh_network
from omote.training.tensors import cloned

CPU = torch.device("cpu")
ALONE = Team(0, 1, CPU)
Sets = dict[Literal["a", "b"], Faceset]


def blobs(seed: int, count: int) -> Faceset:
    """Faces that are soft blobs at places of their own, in one colour a person; two blocks of frames."""
    generator = torch.Generator().manual_seed(seed)
    side = stored_side(64)
    y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    at = 30 + 23 * torch.rand(count, 2, 1, 1, generator=generator)
    light = torch.exp(-((x - at[:, 0]) ** 2 + (y - at[:, 1]) ** 2) / 300)
    colour = torch.rand(3, generator=generator)[None, :, None, None]
    areas = torch.ones(count, 1, side, side), torch.zeros(count, 2, side, side)
    faces = (torch.cat([light[:, None] * colour, *areas], 1) * 255).round().to(torch.uint8)
    landmarks = torch.rand(count, 68, 2, generator=generator) * side
    ids = tuple(f"{seed}-{number}" for number in range(count))
    frames = tuple(f"clip-{seed}/{number * 5}" for number in range(count))
    return Faceset(faces, landmarks, torch.zeros(count, 2), frames, ids, 64, digest_of(ids))


@dataclass
class Notebook:
    """A keeper that writes down what it is asked."""

    checkpoint: Checkpoint | None = None
    saved: list[int] = field(default_factory=list)
    heard: list[Told] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def save(self, run: Run) -> None:
        self.checkpoint = cloned(run.checkpoint())
        self.saved.append(run.now.iteration)

    def ready(self) -> bool:
        return True

    def last(self) -> Checkpoint:
        assert self.checkpoint is not None
        return self.checkpoint

    def told(self, run: Run, told: Told) -> None:
        self.heard.append(told)

    def measured(self, run: Run, row: Row) -> None:
        self.rows.append(row)

    def say(self, text: str) -> None:
        self.lines.append(text)


@dataclass
class Shelf(Notebook):
    """A notebook that also keeps every save on the disk, each in a folder of its own."""

    folder: Path = Path()

    def save(self, run: Run) -> None:
        super().save(run)
        write_checkpoint(self.folder / str(run.now.iteration), run.checkpoint())

    def at(self, iteration: int) -> Checkpoint:
        return read_checkpoint(self.folder / str(iteration))


def small(**changes: Any) -> LearnConfig:
    """Settings of a run whose steps cost little, with changes laid over them."""
    plain = {
        "batch_size": 2, "seed": 3, "watch": {"save_every": 3, "measure_every": 2}, "compute": {"precision": "fp32"},
    }  # fmt: skip
    return LearnConfig.checked(laid_over(plain, changes))


def never() -> bool:
    """Nobody stops the run."""
    return False


def weights(run: Run) -> Tensor:
    """All weights of a run in a row, a copy."""
    return torch.cat([parameter.detach().flatten() for parameter in run.network.parameters()])


def timeless(state: dict[str, Any]) -> dict[str, Any]:
    """A run's state without what a clock has written."""
    rows = [[value for place, value in enumerate(row) if place != 1] for row in state["history"]]
    began = {name: value for name, value in state["place"]["began"].items() if name != "seconds"}
    place = {**state["place"], "began": began}
    return {**state, "seconds": None, "history": rows, "place": place}


def assert_same(one: Checkpoint, other: Checkpoint) -> None:
    """Assert that two checkpoints are equal to the bit, but for seconds."""
    for mine, theirs in ((one.weights, other.weights), (one.optimizer, other.optimizer)):
        torch.testing.assert_close(dict(mine), dict(theirs), rtol=0, atol=0, equal_nan=True)
    assert timeless(one.state) == timeless(other.state)


@pytest.fixture
def keeper() -> Notebook:
    return Notebook()


@pytest.fixture
def config() -> LearnConfig:
    return LearnConfig.checked({
        "batch_size": 4, "seed": 3, "watch": {"save_every": 5, "measure_every": 5}, "compute": {"precision": "fp32"},
    })  # fmt: skip


@pytest.fixture
def sets() -> Sets:
    return {"a": blobs(1, 9), "b": blobs(2, 11)}


@pytest.fixture
def begin(sets: Sets) -> Callable[[LearnConfig], Run]:
    def begin(config: LearnConfig) -> Run:
        return Run.begin(config, fresh_network(config, CPU), sets, ALONE, pick_precision("fp32", CPU))

    return begin


@pytest.fixture
def run(config: LearnConfig, begin: Callable[[LearnConfig], Run]) -> Run:
    return begin(config)

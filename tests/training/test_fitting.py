from collections.abc import Callable

import pytest
import torch

from omote.runtime.team import Team
from omote.training import fitting as module
from omote.training.config import LearnConfig
from omote.training.fitting import fitting
from omote.training.phases import Limits, Moment
from omote.training.run import Run
from tests.training.conftest import small

EACH, FIXED = 100, 1000


class Sized(Run):
    """A run whose steps take 1000 bytes and 100 for each face, on a GPU that is not there."""

    def __init__(self, batch: int, world: int = 1) -> None:
        self.config, self.team = LearnConfig(batch_size=batch), Team(0, world, torch.device("cuda"))
        self.now = Moment()
        self.tried: list[int] = []

    def of_batch(self, batch_size: int) -> "Sized":
        self.tried.append(batch_size)
        return Sized(batch_size)

    def step(self, limits: Limits) -> torch.Tensor:
        return torch.tensor(FIXED + EACH * self.config.batch_size)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def room(size: int) -> None:
        def peak(step: Callable[[], torch.Tensor], device: torch.device) -> int:
            taken = int(step())
            if taken > size:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return taken

        monkeypatch.setattr(module, "cuda_peak", peak)
        monkeypatch.setattr(module, "cuda_room", lambda device: size)

    return room


@pytest.mark.parametrize("size", [2000, 3000, 7000])
def test_the_size_that_is_found_fits_and_leaves_little_unused(size: int, room: Callable[[int], None]) -> None:
    room(size)
    run = Sized(64)
    found = fitting(run)
    assert found is not None
    assert 0.85 * size <= FIXED + EACH * found <= size
    assert max(run.tried) < 64


def test_where_not_even_one_face_fits_it_is_none_at_all(room: Callable[[int], None]) -> None:
    room(1050)
    assert fitting(Sized(16)) == 0


def test_a_device_that_does_not_tell_its_memory_and_a_team_are_not_tried(begin: Callable[[LearnConfig], Run]) -> None:
    assert fitting(begin(small())) is None
    team = Sized(16, world=2)
    assert fitting(team) is None
    assert team.tried == []

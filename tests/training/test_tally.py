from typing import Any

import pytest
import torch

from omote.runtime.team import Team
from omote.training.tally import Tally
from tests.training.conftest import ALONE, CPU


def steps(count: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    return [torch.rand(2, 3, generator=generator) for _ in range(count)]


def test_means_of_both_people_come_term_by_term() -> None:
    tally = Tally(3, CPU)
    for each in steps(7):
        tally.add(each)
    torch.testing.assert_close(torch.tensor(tally.mean()), torch.stack(steps(7)).mean(0))


def test_a_mean_is_of_what_came_since_the_last_one() -> None:
    tally = Tally(3, CPU)
    assert tally.mean() is None
    tally.add(torch.ones(2, 3))
    assert tally.mean(ALONE) == [[1.0] * 3] * 2
    assert tally.mean() is None
    tally.add(torch.full((2, 3), 2.0))
    tally.clear()
    assert tally.mean() is None


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), -float("inf")])
def test_losses_that_are_no_numbers_are_left_out_whole(broken: float) -> None:
    tally = Tally(3, CPU)
    tally.add(torch.ones(2, 3))
    tally.add(torch.tensor([[5.0, 5.0, 5.0], [5.0, broken, 5.0]]))
    assert tally.mean() == [[1.0] * 3] * 2


def test_steps_count_alike_however_they_lie_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process had one step with a loss of 4 while this one had three of 1, 2 and 3."""
    other = torch.cat([torch.full((6,), 4.0), torch.ones(1)])

    def mean(_: Any, sums: torch.Tensor) -> torch.Tensor:
        return (sums + other) / 2

    monkeypatch.setattr(Team, "mean", mean)
    tally = Tally(3, CPU)
    for loss in (1.0, 2.0, 3.0):
        tally.add(torch.full((2, 3), loss))
    assert tally.mean(Team(0, 2, CPU)) == [[2.5] * 3] * 2

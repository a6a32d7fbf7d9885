from collections.abc import Callable

import pytest
import torch

from omote.core.errors import ModelError
from omote.training.config import LearnConfig
from omote.training.guard import Guard
from omote.training.phases import Limits
from omote.training.run import Run
from omote.training.tensors import cloned
from tests.training.conftest import Notebook, small, weights

LIMITS = Limits(100)


@pytest.fixture
def run(begin: Callable[[LearnConfig], Run]) -> Run:
    return begin(small())


@pytest.fixture
def guard(run: Run, keeper: Notebook) -> Guard:
    keeper.save(run)
    return Guard(run, keeper)


def broke(run: Run, skipped: int, streak: int) -> None:
    run.learner.skipped += skipped
    run.learner.streak.fill_(streak)


def test_steps_that_were_left_out_are_said_once(run: Run, guard: Guard, keeper: Notebook) -> None:
    assert not guard.read()
    broke(run, 1, 1)
    assert not guard.read()
    assert not guard.read()
    broke(run, 3, 4)
    guard.read()
    assert keeper.lines == [
        "iteration 0: a step was left out, its gradient was not finite",
        "iteration 0: 3 steps were left out, its gradient was not finite",
    ]


def test_ten_in_a_row_are_too_many(run: Run, guard: Guard) -> None:
    broke(run, 9, 9)
    assert not guard.read()
    broke(run, 1, 10)
    assert guard.read()


def test_what_earlier_calls_left_out_is_not_said_again(run: Run, keeper: Notebook) -> None:
    broke(run, 5, 0)
    Guard(run, keeper).read()
    assert keeper.lines == []


def test_a_fall_goes_back_to_the_last_save_with_half_the_rate_and_other_chance(
    run: Run, guard: Guard, keeper: Notebook
) -> None:
    with torch.random.fork_rng(devices=[]):
        run.step(LIMITS)
        keeper.save(run)
        saved, rate = cloned(run.checkpoint()), run.rate(LIMITS)
        chance = next(run._batches())["a"].feed
        run.restore(keeper.last())
        run.step(LIMITS)
        run.step(LIMITS)
    with torch.no_grad():
        next(run.network.parameters()).fill_(torch.nan)
    assert not guard.sound()
    guard.fall_back()
    assert guard.sound()
    assert all(torch.equal(each, saved.weights[name]) for name, each in run.network.state_dict().items())
    assert keeper.lines == [
        "iteration 3: the numbers broke; back to iteration 1, the learning rate is 0.5 times what was asked for"
    ]
    assert run.rate(LIMITS) == rate / 2
    assert not torch.equal(next(run._batches())["a"].feed, chance)


def test_falls_to_the_same_save_go_on_halving_the_rate(run: Run, guard: Guard, keeper: Notebook) -> None:
    for _ in range(3):
        guard.fall_back()
    assert run.lowered == 3
    assert "0.125 times" in keeper.lines[-1]


def test_ten_falls_on_end_are_the_most(run: Run, guard: Guard) -> None:
    for _ in range(10):
        guard.fall_back()
    before = weights(run)
    with pytest.raises(ModelError, match=r"broke 10 times on end, the last time at iteration 0.*learning_rate"):
        guard.fall_back()
    assert torch.equal(weights(run), before)


def test_a_good_save_forgives_the_falls_before_it_and_one_of_a_bad_streak_does_not(run: Run, guard: Guard) -> None:
    for _ in range(9):
        guard.fall_back()
    broke(run, 1, 1)
    guard.saved()
    guard.fall_back()
    broke(run, 0, 0)
    guard.saved()
    for _ in range(10):
        guard.fall_back()
    with pytest.raises(ModelError):
        guard.fall_back()

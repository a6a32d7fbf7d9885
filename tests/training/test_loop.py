import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
import torch

from omote.core.errors import ModelError
from omote.faceset.batch import Batch
from omote.training import guard, pace
from omote.training.config import LearnConfig, PhaseConfig
from omote.training.loop import train
from omote.training.people import Person, batch
from omote.training.phases import Limits
from omote.training.run import Run
from tests.training.conftest import Notebook


def never() -> bool:
    return False


def test_learning_lowers_the_loss(begin: Callable[[LearnConfig], Run], config: LearnConfig, keeper: Notebook) -> None:
    run = begin(config)
    train(run, Limits(60), keeper, never)
    assert keeper.rows[-1].loss_a < 0.6 * keeper.rows[0].loss_a
    assert keeper.rows[-1].loss_b < 0.6 * keeper.rows[0].loss_b
    assert [row.iteration for row in run.history.rows] == [*range(5, 61, 5)]


def test_held_out_faces_are_measured(run: Run, keeper: Notebook) -> None:
    train(run, Limits(30), keeper, never)
    assert all(row.held_ssim_a is not None and -1 <= row.held_ssim_a <= 1 for row in keeper.rows)


def test_it_saves_at_the_beginning_every_so_often_and_at_the_end(run: Run, keeper: Notebook) -> None:
    train(run, Limits(12), keeper, never)
    assert keeper.saved == [0, 5, 10, 12]
    train(run, Limits(12), keeper, never)
    assert keeper.saved == [0, 5, 10, 12]


def test_a_slow_network_is_saved_by_the_clock(run: Run, keeper: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_SAVE_SECONDS", 0.0)
    monkeypatch.setattr(pace, "_MOST_UNREAD", 1)
    train(run, Limits(3), keeper, never)
    assert keeper.saved == [0, 1, 2, 3]


def test_it_stops_when_told_and_keeps_what_it_has(run: Run, keeper: Notebook) -> None:
    train(run, Limits(100), keeper, lambda: run.now.iteration == 3)
    assert keeper.saved == [0, 3]
    assert keeper.heard  # the end is told even when it comes soon


def test_time_counts_over_calls(run: Run, keeper: Notebook) -> None:
    train(run, Limits(1000, seconds=0.3), keeper, never)
    done = run.now.iteration
    assert 0 < done < 1000
    train(run, Limits(1000, seconds=0.3), keeper, never)
    assert run.now.iteration == done


def test_phases_follow_each_other(begin: Callable[[LearnConfig], Run], config: LearnConfig, keeper: Notebook) -> None:
    phases = [
        {"name": "first", "iterations": 4},
        {"name": "second", "share": 0.5, "learning_rate": 0.5},
        {"name": "third", "schedule": "cosine"},
    ]
    run = begin(LearnConfig.checked({**config.model_dump(), "phases": phases}))
    rates: list[float] = []

    def note_rate() -> bool:
        rates.append(run.rate(Limits(20)))
        return False

    train(run, Limits(20), keeper, note_rate)
    assert keeper.lines == ["iteration 4: phase second", "iteration 10: phase third"]
    base = run.network.learning_rate
    assert rates[:4] == [base] * 4
    assert rates[4:10] == [base / 2] * 6
    assert rates[15] == pytest.approx(base / 2)  # half of the cosine
    assert all(earlier > later for earlier, later in pairwise(rates[10:]))


@contextmanager
def broken_batches() -> Iterator[None]:
    """Let A's targets be no numbers, as a broken picture or a bad augmentation would make them."""

    def broken(config: LearnConfig, phase: PhaseConfig, person: Person, *rest: Any) -> Batch:
        drawn = batch(config, phase, person, *rest)
        return drawn._replace(target=drawn.target * float("nan"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("omote.training.run.batch", broken)
        yield


def weights(run: Run) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in run.network.parameters()])


def test_a_batch_that_breaks_the_gradient_is_left_out(run: Run, keeper: Notebook) -> None:
    train(run, Limits(3), keeper, never)
    before = weights(run)
    with broken_batches():
        run.step(Limits(10))
    assert torch.equal(weights(run), before)
    train(run, Limits(12), keeper, never)
    assert run.now.iteration == 12
    assert int(run.learner.skipped) == 1
    assert run.lowered == 0
    assert torch.isfinite(weights(run)).all()


def break_weight(run: Run) -> None:
    with torch.no_grad():
        next(run.network.parameters())[0, 0, 0, 0] = float("nan")


def break_memory(run: Run) -> None:
    state = next(iter(run.learner.optimizer.state.values()))
    state["exp_avg"][0, 0, 0, 0] = float("nan")


@pytest.mark.parametrize("broken", [break_weight, break_memory])
@pytest.mark.parametrize("until", [9, 30])  # when the last save shows it, or what is read before that
def test_a_broken_run_falls_back_and_goes_on(
    run: Run, keeper: Notebook, broken: Callable[[Run], None], until: int
) -> None:
    done: list[bool] = []

    def once() -> bool:
        if run.now.iteration == 7 and not done:
            done.append(True)
            broken(run)
        return False

    train(run, Limits(until), keeper, once)
    assert run.now.iteration == until
    assert run.lowered == 1
    assert run.rate(Limits(10**9)) == pytest.approx(run.network.learning_rate / 2)
    assert any("the numbers broke; back to iteration 5" in line and "0.5 times" in line for line in keeper.lines)
    assert torch.isfinite(weights(run)).all()


def test_what_breaks_again_and_again_ends_the_run_with_its_last_save(
    run: Run, keeper: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_STEPS", 2)
    train(run, Limits(5), keeper, never)
    with broken_batches(), pytest.raises(ModelError, match=r"broke 10 times on end.*learning_rate"):
        train(run, Limits(1000), keeper, never)
    assert torch.isfinite(keeper.last().weights["encoder.0.0.1.weight"]).all()


def test_others_chance_stays_as_it_was(run: Run, keeper: Notebook) -> None:
    before = torch.get_rng_state()
    train(run, Limits(3), keeper, never)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_keeper_hears_each_term_about_once_a_second(run: Run, keeper: Notebook) -> None:
    began = time.perf_counter()
    train(run, Limits(10**6), keeper, lambda: time.perf_counter() - began > 2.5)
    assert 2 <= len(keeper.heard) <= 4
    told = keeper.heard[0]
    assert run.learner.loss.names == ("ssim", "mse", "mask")
    assert told.loss_a == pytest.approx(sum(told.parts[0]))
    assert told.parts[0][2] > 0
    assert told.per_second > 0


def test_what_is_measured_at_the_end_is_saved_too(run: Run, keeper: Notebook) -> None:
    run.config = run.config.model_copy(update={"watch": run.config.watch.model_copy(update={"measure_every": 4})})
    train(run, Limits(10), keeper, never)
    assert [row[0] for row in keeper.last().state["history"]] == [4, 8, 10]

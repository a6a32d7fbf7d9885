import pytest
import torch

from omote.core.errors import ModelError
from omote.core.events import Trained
from omote.training import loop
from omote.training.loop import Limits, set_rate, train
from omote.training.run import Run


def test_learning_lowers_the_loss(run: Run) -> None:
    said: list[Trained] = []
    run.config = run.config.model_copy(update={"save_every": 10})
    train(run, Limits(60), report=said.append, save=lambda: None, stop=lambda: False)
    due = [one for one in said if one.iteration % 10 == 0]
    assert due[-1].loss_a < 0.6 * due[0].loss_a
    assert due[-1].loss_b < 0.6 * due[0].loss_b
    assert [row[0] for row in run.history] == [10, 20, 30, 40, 50, 60]


def test_it_saves_every_so_often_and_at_the_end(run: Run) -> None:
    saved: list[int] = []
    train(run, Limits(12), report=lambda _: None, save=lambda: saved.append(run.iteration), stop=lambda: False)
    assert saved == [5, 10, 12]
    train(run, Limits(12), report=lambda _: None, save=lambda: saved.append(run.iteration), stop=lambda: False)
    assert run.iteration == 12


def test_a_slow_network_is_saved_by_the_clock(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_SAVE_SECONDS", 0.0)
    saved: list[int] = []
    train(run, Limits(3), report=lambda _: None, save=lambda: saved.append(run.iteration), stop=lambda: False)
    assert saved == [1, 2, 3]


def test_it_stops_when_told_and_keeps_what_it_has(run: Run) -> None:
    saved: list[int] = []
    train(
        run,
        Limits(100),
        report=lambda _: None,
        save=lambda: saved.append(run.iteration),
        stop=lambda: run.iteration == 3,
    )
    assert saved == [3]


def test_time_counts_over_calls(run: Run) -> None:
    train(run, Limits(1000, seconds=0.3), report=lambda _: None, save=lambda: None, stop=lambda: False)
    done = run.iteration
    assert 0 < done < 1000
    train(run, Limits(1000, seconds=0.3), report=lambda _: None, save=lambda: None, stop=lambda: False)
    assert run.iteration == done


def test_a_broken_loss_ends_the_run_before_it_is_saved(run: Run) -> None:
    saved: list[int] = []

    def poison(trained: Trained) -> None:
        with torch.no_grad():
            next(run.network.parameters()).fill_(float("nan"))

    with pytest.raises(ModelError, match=r"no longer a number at iteration 10 .*learning_rate"):
        train(run, Limits(20), report=poison, save=lambda: saved.append(run.iteration), stop=lambda: False)
    assert saved == [5]


def test_the_rate_is_constant_and_then_falls_to_nothing(run: Run) -> None:
    rates = []
    for run.iteration in (0, 35, 70, 85, 100):
        set_rate(run, Limits(100))
        rates.append(run.optimizer.param_groups[0]["lr"] / run.network.learning_rate)
    assert rates == pytest.approx([1, 1, 1, 0.5, 0])
    run.iteration, run.seconds = 0, 8.5
    set_rate(run, Limits(1000, seconds=10))
    assert run.optimizer.param_groups[0]["lr"] == pytest.approx(run.network.learning_rate / 2)

import json
import math
from dataclasses import replace
from itertools import pairwise

import pytest

from omote.training.history import MOST, History, Row


def row(iteration: int, phase: str = "learn", loss: float = 0.04) -> Row:
    return Row(iteration, iteration * 0.1, loss, 2 * loss, 5e-5, phase, 3 * loss, 4 * loss, 0.9, 0.8)


def test_what_is_written_is_read_back_as_it_was() -> None:
    history = History([row(250), replace(row(500), held_ssim_a=None, held_loss_b=None), row(750, "finish", 1 / 3)])
    read = History.from_json(json.loads(json.dumps(history.to_json())))
    assert read.rows == history.rows
    assert read.rows[-1].loss_a == 0.333333


def test_rows_of_old_models_are_read_with_what_they_know() -> None:
    history = History.from_json([[250, 0.05, 0.06], [500, 0.04, 0.05]])
    assert history.rows == (Row(250, None, 0.05, 0.06, None), Row(500, None, 0.04, 0.05, None))


def test_other_rows_are_refused() -> None:
    for wrong in (
        [[250, "a", 0.1]],
        [[250]],
        [7],
        [[250, 1.0, 0.1, 0.1, 0.1, "learn", 0, 0, 0, 0, 0]],
        [[250, None, 0.1]],
    ):
        with pytest.raises(ValueError, match="not the rows"):
            History.from_json(wrong)  # type: ignore[arg-type]


def test_a_figure_that_is_none_is_refused() -> None:
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            replace(row(1), held_ssim_b=wrong)
    with pytest.raises(ValueError, match="-1"):
        row(-1)


def test_iterations_go_up() -> None:
    history = History([row(250)])
    with pytest.raises(ValueError, match="iteration 250"):
        history.append(row(250))


def long_history(rows: int) -> History:
    history = History()
    for number in range(1, rows + 1):
        history.append(row(number * 10, "learn" if number < 0.7 * rows else "finish", loss=1 / number))
    return history


def test_a_long_history_stays_small_and_keeps_its_newest_rows() -> None:
    history = long_history(12_000)
    assert len(history.rows) <= MOST
    assert len(json.dumps(history.to_json())) < 250_000
    newest = [row(number * 10, "finish", loss=1 / number) for number in range(11_001, 12_001)]
    assert history.rows[-1000:] == History(newest).rows


def test_a_long_history_is_thinned_evenly_over_the_whole_run() -> None:
    old = [row.iteration for row in long_history(12_000).rows[:500]]
    steps = [after - before for before, after in pairwise(old)]
    assert old[0] < 1000
    assert max(steps) < 1000  # 120,000 iterations: 500 stretches would be 240 each


def test_thinning_keeps_means_and_phases_apart() -> None:
    history = long_history(2100)
    merged = history.rows[0]
    members = range(1, merged.iteration // 10 + 1)
    assert len(members) > 1
    assert merged.loss_a == pytest.approx(sum(1 / number for number in members) / len(members), rel=1e-5)
    assert merged.held_ssim_a == 0.9
    whole = long_history(12_000)
    border = [after.iteration for before, after in pairwise(whole.rows)
              if before.phase != after.phase]  # fmt: skip
    assert len(border) == 1
    assert 84_000 <= border[0] < 84_500


def test_thinning_forgets_no_measure_that_only_some_rows_have() -> None:
    history = History()
    for number in range(1, 4001):
        measured = row(number)
        history.append(measured if number % 40 == 0 else replace(measured, held_ssim_a=None, held_ssim_b=None))
    assert sum(row.held_ssim_a is not None for row in history.rows) >= 100 * 0.9

from pathlib import Path
from typing import Any

import pytest

from omote.core.errors import SettingError
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.judging import Outcome
from omote.stages.comparing.plan import Plan
from omote.stages.comparing.results import EARLY, Results
from omote.stages.comparing.shares import Share
from omote.stages.comparing.worker import OUTCOME

PLAN: dict[str, Any] = {"faces": {"a": "a", "b": "b"}, "budget": {"iterations": 100}, "matrix": {"loss.mse": [0, 1]}}
GROUND = Ground(a=Path("a"), b=Path("b"), digest="one")
FOUND = Outcome(score=0.5, figures={"x": 1.0}, lower=[], iterations=100, seconds=2.5, parameters=7, history=[])
ZERO = {"loss.mse": 0}


def results(folder: Path, ground: Ground = GROUND, **changes: Any) -> Results:
    return Results(Plan.checked({**PLAN, **changes}), ground, folder)


def test_the_same_training_is_the_same_folder_and_another_is_another(tmp_path: Path) -> None:
    place = results(tmp_path).place(ZERO, 3)
    assert place.name.startswith("mse-0-seed-3-")
    wider = results(tmp_path, matrix={"loss.mse": [0, 1, 2], "network": ["nano"]})
    assert wider.place({**ZERO, "network": "nano"}, 3) == place
    others = [
        results(tmp_path).place(ZERO, 4), results(tmp_path).place({"loss.mse": 1}, 3),
        results(tmp_path, budget={"iterations": 101}).place(ZERO, 3),
        results(tmp_path, settings={"batch_size": 3}).place(ZERO, 3),
        results(tmp_path, GROUND.model_copy(update={"digest": "two"})).place(ZERO, 3),
    ]  # fmt: skip
    assert len({place, *others}) == 6


def test_where_a_training_runs_makes_another_of_it_only_where_its_minutes_are_counted(tmp_path: Path) -> None:
    elsewhere: list[dict[str, Any]] = [{}, {"device": "cpu"}, {"device": "cuda"}, {"parallel": 2}]
    assert len({results(tmp_path, **changes).place(ZERO, 3) for changes in elsewhere}) == 1
    timed = [results(tmp_path, budget={"minutes": 1}, **changes).place(ZERO, 3) for changes in elsewhere]
    assert len({*timed}) == 4


def test_a_training_is_done_when_its_outcome_can_be_read(tmp_path: Path) -> None:
    kept = results(tmp_path)
    place = kept.place(ZERO, 0)
    assert not kept.has(ZERO, 0)
    place.mkdir()
    (place / OUTCOME).write_text(FOUND.model_dump_json()[:-9])
    assert kept.outcome(ZERO, 0) is None
    (place / OUTCOME).write_text(FOUND.model_dump_json())
    assert kept.outcome(ZERO, 0) == FOUND
    assert kept.has(ZERO, 0)


def test_one_that_was_ended_early_is_done_only_where_the_plan_ends_any(tmp_path: Path) -> None:
    ends, goes_on = results(tmp_path, end_early=True), results(tmp_path)
    place = ends.place(ZERO, 1)
    assert place == goes_on.place(ZERO, 1)
    assert not ends.has(ZERO, 1)
    place.mkdir()
    (place / EARLY).write_text("why\n")
    assert (ends.has(ZERO, 1), goes_on.has(ZERO, 1), ends.outcome(ZERO, 1)) == (True, False, None)


def test_a_job_has_all_that_a_training_follows_from(tmp_path: Path) -> None:
    kept = results(tmp_path, device="cpu")
    job = kept.job({"loss.mse": 1}, 5, Share((2, 3), 2))
    assert (job.learn.loss.mse, job.learn.seed, job.cores, job.device) == (1, 5, [2, 3], "cpu")
    assert job.learn.watch.measure_every == 5
    assert (job.place, job.ground, job.budget.iterations) == (kept.place({"loss.mse": 1}, 5), GROUND, 100)


def test_settings_that_cannot_be_have_no_place(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="one to four measures"):
        results(tmp_path, settings={"loss": {"ssim": 0}}).place(ZERO, 0)

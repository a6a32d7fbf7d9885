"""The loop with processes that are made up: each takes no time and ends as it is told to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import pytest

from omote.core.events import Event, Note
from omote.evaluation.study import Lost, Study
from omote.stages.comparing import trainings as module
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.judging import Outcome
from omote.stages.comparing.plan import Plan
from omote.stages.comparing.processes import Said
from omote.stages.comparing.results import EARLY, Results
from omote.stages.comparing.shares import Share
from omote.stages.comparing.trainings import trainings
from omote.stages.comparing.worker import OUTCOME, Job
from omote.stages.context import Context

PLAN: dict[str, Any] = {
    "faces": {"a": "a", "b": "b"}, "budget": {"iterations": 100}, "device": "cpu", "seeds": [0, 1],
    "matrix": {"loss.mse": [0, 1, 2]},
}  # fmt: skip
Play = Callable[[Job], list[dict[str, Any]]]


def finished(job: Job) -> list[dict[str, Any]]:
    """Play a training that ends well: its score is the weight of its loss."""
    job.place.mkdir(parents=True, exist_ok=True)
    found = Outcome(score=job.learn.loss.mse, figures={}, lower=[], iterations=100, seconds=1, parameters=1, history=[])
    (job.place / OUTCOME).write_text(found.model_dump_json())
    return [{"note": "trains"}, {"ended": 0}]


class Stage:
    """Processes that only say what `play` gives; they are heard in turn."""

    def __init__(self, play: Play) -> None:
        self._play, self._said = play, dict[int, list[dict[str, Any]]]()
        self.begun: list[Job] = []
        self.most, self.stopped = 0, set[int]()

    def __call__(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._said.clear()

    def begin(self, number: int, job: Job, share: Share) -> None:
        self.begun.append(job)
        self._said[number] = self._play(job)
        self.most = max(self.most, len(self._said))

    def hear(self, seconds: float | None) -> Said | None:
        number = min(self._said, key=lambda each: -len(self._said[each]))
        said = Said(number, self._said[number].pop(0))
        if "ended" in said.what:
            del self._said[number]
        return said

    def stop(self, number: int) -> None:
        self.stopped.add(number)
        self._said[number] = [{"stopped": True}, {"ended": 0}]


def played(
    folder: Path,
    patch: pytest.MonkeyPatch,
    play: Play = finished,
    stopped: Callable[[], bool] = lambda: False,
    **changes: Any,
) -> tuple[Stage, list[Lost], list[str], int]:
    """Run the loop on a plan; return the stage, troubles, notes, and how many trainings ended."""
    stage, said = Stage(play), list[Event]()
    patch.setattr(module, "Processes", stage)
    plan = Plan.checked({**PLAN, **changes})
    results, troubles = Results(plan, Ground(a=folder, b=folder, digest=""), folder / "trainings"), list[Lost]()
    with Study.open(
        folder / "study.db", "one", plan.space(), plan.seeds, kept=results.has, end_early=plan.end_early
    ) as study:
        ended = sum(1 for _ in trainings(study, results, troubles, Context(said.append, stopped)))
    return stage, troubles, [event.text for event in said if isinstance(event, Note)], ended


def choices(stage: Stage) -> list[tuple[float, int]]:
    return [(job.learn.loss.mse, job.learn.seed) for job in stage.begun]


WHOLE = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]


def test_all_is_trained_so_many_at_once_and_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, troubles, notes, ended = played(tmp_path, monkeypatch, parallel=2)
    assert (choices(stage), stage.most, ended, troubles) == (WHOLE, 2, 6, [])
    assert "mse 2, seed 1: 2.0000" in notes
    again, _, _, ended = played(tmp_path, monkeypatch, parallel=2)
    assert (again.begun, ended) == ([], 0)


def test_one_without_a_result_keeps_no_other_from_it_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(job: Job) -> list[dict[str, Any]]:
        if job.learn.loss.mse == 1:
            return [{"fault": "the numbers broke"}, {"ended": 0}]
        if job.learn.loss.mse == 2 and job.learn.seed == 1:
            return [{"ended": -9}]
        return finished(job)

    stage, troubles, _, ended = played(tmp_path, monkeypatch, play)
    assert (choices(stage), ended) == (WHOLE, 6)
    why = {(one.values["loss.mse"], one.seed): why for one, why in troubles}
    assert why[1, 0] == why[1, 1] == "the numbers broke"
    assert why[2, 1].startswith("its process ended with -9: ")
    assert len(troubles) == 3
    again, troubles, _, _ = played(tmp_path, monkeypatch)
    assert choices(again) == [(1, 0), (1, 1), (2, 1)]
    assert troubles == []


def test_choices_of_the_same_short_name_do_not_hide_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phases = [[{"name": "learn", "share": share}] for share in (0.5, 0.7)]
    _, troubles, _, _ = played(
        tmp_path, monkeypatch, lambda _: [{"fault": "it broke"}, {"ended": 0}], matrix={"phases": phases}, seeds=[0]
    )
    assert [(one.values["phases"], why) for one, why in troubles] == [(each, "it broke") for each in phases]


def test_settings_that_cannot_be_together_are_told_and_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix: Mapping[str, Any] = {"loss.ssim": [0, 1], "loss.mse": [0, 1]}
    stage, troubles, _, ended = played(tmp_path, monkeypatch, matrix=matrix, seeds=[0])
    assert (len(stage.begun), ended) == (3, 4)
    ((one, why),) = troubles
    assert one.values == {"loss.ssim": 0, "loss.mse": 0}
    assert "one to four measures" in why


def test_a_stop_leaves_the_rest_for_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter(range(100))
    stage, _, _, ended = played(tmp_path, monkeypatch, stopped=lambda: next(asked) >= 5)
    assert 0 < ended < 4
    again, _, _, more = played(tmp_path, monkeypatch)
    assert more == len(again.begun) + 1  # one had come to its end unheard: it is told, too
    assert sorted(choices(stage) + choices(again)) == sorted(WHOLE)


def test_a_result_that_was_not_noted_any_more_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan.checked(PLAN)
    results = Results(plan, Ground(a=tmp_path, b=tmp_path, digest=""), tmp_path / "trainings")
    finished(results.job({"loss.mse": 1}, 0, Share((), 1)))
    stage, _, _, ended = played(tmp_path, monkeypatch)
    assert choices(stage) == [choice for choice in WHOLE if choice != (1, 0)]
    assert ended == 6  # what was there is told, once the next is begun


@pytest.mark.parametrize("ends", [True, False])
def test_one_that_another_study_ended_early_goes_on_and_is_judged_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    plan = Plan.checked({**PLAN, "end_early": ends})
    place = Results(plan, Ground(a=tmp_path, b=tmp_path, digest=""), tmp_path / "trainings").place({"loss.mse": 1}, 0)
    place.mkdir(parents=True)
    (place / EARLY).write_text("ended early after 7 iterations\n")
    stage, _, _, ended = played(tmp_path, monkeypatch, end_early=ends)
    assert (choices(stage), ended) == (WHOLE, 6)
    assert not (place / EARLY).exists()
    with Study.open(tmp_path / "study.db", "one", plan.space(), plan.seeds, kept=lambda *_: True) as study:
        assert study.early() == []


def test_the_order_of_a_file_makes_no_training_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = {"network": "noh", "options": {"size": "s", "resolution": 192}}
    again = {"options": {"resolution": 192, "size": "s"}, "network": "noh"}
    first, _, _, _ = played(tmp_path, monkeypatch, matrix={"loss.mse": [0, 1], "setup": [{"network": "nano"}, setup]})
    assert len(first.begun) == 8
    same, _, _, _ = played(tmp_path, monkeypatch, matrix={"setup": [{"network": "nano"}, again], "loss.mse": [0, 1]})
    assert same.begun == []
    (tmp_path / "study.db").unlink()
    same, _, _, _ = played(tmp_path, monkeypatch, matrix={"setup": [{"network": "nano"}, again], "loss.mse": [0, 1]})
    assert same.begun == []


@pytest.mark.parametrize("asked", [True, False])
def test_a_poor_one_is_ended_only_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    def play(job: Job) -> list[dict[str, Any]]:
        ssim = 0.1 if (job.learn.loss.mse, job.learn.seed) == (2, 1) else 0.9
        half = {"iteration": 50, "seconds": 1.0, "ssim": ssim}
        return (
            [half, *finished(job)] if ssim > 0.5 else [half, {"note": "goes on"}, *([] if asked else finished(job)[1:])]
        )

    stage, troubles, notes, ended = played(tmp_path, monkeypatch, play, end_early=asked)
    assert (ended, troubles) == (6, [])
    early = list((tmp_path / "trainings").glob(f"*/{EARLY}"))
    if asked:
        assert len(stage.stopped) == len(early) == 1
        assert early[0].read_text().startswith("ended early after 50 iterations (0.0 minutes), 50% of its budget")
        assert any(note.startswith("mse 2, seed 1: ended early") for note in notes)
        again, _, _, _ = played(tmp_path, monkeypatch, play, end_early=asked)
        assert again.begun == []
    else:
        assert not stage.stopped
        assert not early

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omote.core.claims import claimed
from omote.core.events import Measured, Note, Progress, Trained
from omote.stages import train
from omote.stages.comparing import worker
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.judging import Outcome
from omote.stages.comparing.plan import BudgetPlan
from omote.stages.comparing.worker import OUTCOME, Job, line, main
from omote.training.config import LearnConfig

Say = Callable[[dict[str, Any]], None]


@pytest.fixture
def job(extracted: dict[str, Path], learn: LearnConfig, tmp_path: Path) -> Path:
    ground = Ground(a=extracted["a"], b=extracted["b"], digest="")
    made = Job(
        place=tmp_path / "one", ground=ground, learn=learn, budget=BudgetPlan(iterations=2), device="cpu", cores=[]
    )
    (tmp_path / "one").mkdir()
    (tmp_path / "job.json").write_text(made.model_dump_json())
    return tmp_path / "job.json"


def test_a_job_is_trained_and_judged_and_told(job: Path, tmp_path: Path) -> None:
    said: list[dict[str, Any]] = []
    main([str(job)], said.append, lambda: False)
    found = Outcome.checked(json.loads((tmp_path / "one" / OUTCOME).read_text()))
    assert found.iterations == 2
    assert found.score == pytest.approx(sum(found.figures.values()) / 2)
    assert found.parameters == 2_149_712
    assert [row[0] for row in found.history] == [2]
    assert len(list((tmp_path / "one" / "shown").glob("made-*.png"))) == len(
        list((tmp_path / "one" / "shown").glob("plate-*.png"))
    )
    measured = [each for each in said if "ssim" in each]
    assert measured[-1]["iteration"] == 2
    assert measured[-1]["ssim"] == pytest.approx((found.history[0][8] + found.history[0][9]) / 2, rel=1e-5)
    assert all(json.loads(json.dumps(each)) == each for each in said)


def test_one_that_is_stopped_leaves_a_model_and_no_outcome(job: Path, tmp_path: Path) -> None:
    said: list[dict[str, Any]] = []
    main([str(job)], said.append, lambda: True)
    assert said[-1] == {"stopped": True}
    assert (tmp_path / "one" / "model" / "last").is_dir()
    assert not (tmp_path / "one" / OUTCOME).exists()


def test_a_fault_is_said_on_one_line(job: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    values = json.loads(job.read_text())
    values["ground"]["a"] = str(tmp_path / "empty")
    job.write_text(json.dumps(values))
    said: list[dict[str, Any]] = []
    main([str(job)], said.append, lambda: False)
    assert "no face pictures" in said[-1]["fault"]


def test_it_waits_for_the_process_before_it(job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, Any]] = []
    begun: list[bool] = []
    monkeypatch.setattr(worker, "_WAIT", 0)
    monkeypatch.setattr(train, "run", lambda *_: begun.append(True))
    asked = iter(range(100))
    with claimed(tmp_path / "one"):
        main([str(job)], said.append, lambda: next(asked) >= 3)
    assert said == [{"note": "waiting for the process before this one to end"}, {"stopped": True}]
    assert not begun


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Note("x"), {"note": "x"}),
        (Progress("train", 1, 2, "iterations"), {"step": "train", "done": 1, "total": 2, "unit": "iterations"}),
        (Measured(5, 1.5, None), {"iteration": 5, "seconds": 1.5, "ssim": None}),
        (Trained(1, 0.5, 0.5, 2.0), None),
    ],
)
def test_what_is_said_of_an_event(event: Any, said: dict[str, Any] | None) -> None:
    assert line(event) == said

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from omote.core.errors import OmoteError, SettingError
from omote.core.events import Event, Note
from omote.core.files import write_bytes
from omote.stages.compare import CompareConfig, run
from omote.stages.comparing import processes, telling
from omote.stages.comparing.ground import prepared
from omote.stages.comparing.judging import Outcome
from omote.stages.comparing.plan import Plan
from omote.stages.comparing.results import Results
from omote.stages.comparing.worker import OUTCOME
from omote.stages.context import Context
from omote.stages.train import TrainConfig
from omote.stages.train import run as train

SETTINGS = {
    "batch_size": 2, "compute": {"precision": "fp32"},
    "watch": {"save_every": 2, "measure_every": 2, "preview_faces": 2, "tensorboard": False},
}  # fmt: skip


def written(folder: Path, faces: dict[str, Path], **changes: Any) -> Path:
    plan: dict[str, Any] = {
        "faces": {side: str(path) for side, path in faces.items()}, "budget": {"iterations": 4}, "device": "cpu",
        "seeds": [0, 1], "parallel": 2, "settings": SETTINGS, "matrix": {"loss.mse": [0, 1]}, **changes,
    }  # fmt: skip
    path = folder / "plan.toml"
    path.write_text(tomli_w.dumps({name: value for name, value in plan.items() if value is not None}))
    return path


def notes(said: list[Event]) -> list[str]:
    return [event.text for event in said if isinstance(event, Note)]


@pytest.mark.slow
def test_a_comparison_ends_in_a_page_and_settings_that_train(extracted: dict[str, Path], tmp_path: Path) -> None:
    plan, said = written(tmp_path, extracted), list[Event]()
    found = run(CompareConfig(plan=plan), Context(said.append))
    assert (found.trainings, found.done, found.failed, found.finished) == (4, 4, 0, True)
    assert [row.seeds for row in found.choices] == [2, 2]
    assert found.choices[0].score >= found.choices[1].score
    assert found.take == found.choices[0].choice
    assert found.page == tmp_path / "plan" / "comparison.html"
    assert found.recipe is not None
    model = tmp_path / "model"
    again = train(TrainConfig(model=model, a=extracted["a"], b=extracted["b"], recipe=found.recipe, iterations=4,
                              device="cpu"), Context())  # fmt: skip
    assert again.iterations == 4
    said.clear()
    same = run(CompareConfig(plan=plan), Context(said.append))
    assert same.choices == found.choices
    assert notes(said) == []
    more = written(tmp_path, extracted, matrix={"loss.mse": [0, 1, 2]})
    begun = run(CompareConfig(plan=more), Context(said.append, lambda: bool(notes(said))))
    assert (begun.trainings, begun.done, begun.finished) == (6, 4, False)
    assert [note for note in notes(said) if note.endswith(": begins")] == ["mse 2, seed 0: begins"]


@pytest.mark.slow
def test_one_that_was_killed_goes_on_where_its_trainings_were(extracted: dict[str, Path], tmp_path: Path) -> None:
    plan = written(tmp_path, extracted, budget={"iterations": 100_000}, parallel=1)
    command = [sys.executable, "-m", "omote", "compare", str(plan)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"}) as process:
        done = _wait_for(tmp_path / "plan" / "trainings", 5)
        process.send_signal(signal.SIGKILL)
    said: list[Event] = []
    late = time.monotonic() + 120

    def stopped() -> bool:
        return time.monotonic() > late or any("going on from iteration" in note for note in notes(said))

    found = run(CompareConfig(plan=plan), Context(said.append, stopped))
    (line,) = [note for note in notes(said) if "going on from iteration" in note]
    assert int(line.split("iteration ")[1].split()[0]) >= done
    assert (found.done, found.finished) == (0, False)
    state = next((tmp_path / "plan" / "trainings").glob("*/model/last/state.json"))
    assert json.loads(state.read_text())["iteration"] >= done


def _wait_for(trainings: Path, iterations: int) -> int:
    """Wait until so many iterations are saved; return how many are."""
    for _ in range(1200):
        for state in trainings.glob("*/model/last/state.json"):
            try:
                done: int = json.loads(state.read_text())["iteration"]
            except (OSError, ValueError):
                continue
            if done >= iterations:
                return done
        time.sleep(0.05)
    raise AssertionError("it does not get anywhere")


def test_nothing_is_begun_where_a_setting_is_wrong(extracted: dict[str, Path], tmp_path: Path) -> None:
    for matrix, said in (
        ({"loss.msee": [0, 1]}, r"unknown setting loss\.msee"),
        ({"network": ["nano", "nemo"]}, r"unknown model 'nemo', in nemo.*plan\.toml.*known: .*nano"),
        ({"setup": [{"network": "noh", "options": {"size": "xxl"}}, {"network": "nano"}]}, "in noh size xxl"),
        (
            {"optimizer.learning_rate": [1e-3, 11]},
            "learning_rate should be less than or equal to 10.*in learning rate 11",
        ),
    ):
        with pytest.raises(SettingError, match=said):
            run(CompareConfig(plan=written(tmp_path, extracted, matrix=matrix)), Context())
    plan = written(tmp_path, extracted, settings={"data": {"held_out": 0}})
    with pytest.raises(SettingError, match=r"data\.held_out is 0"):
        run(CompareConfig(plan=plan), Context())
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (
            {"setup": [{"network": "nano"}, {"network": "nano", "crop": {"coverage": 0.9}}]},
            "nano coverage 0.9 has another crop than nano: end_early",
        ),
        ({"data.held_out": [0.1, 0.2]}, r"held out 0.2 has another data\.held_out than held out 0.1: "),
        ({"setup": [{"network": "nano"}, {"network": "noh", "options": {"size": "s"}}]},
            "noh size s has another output size than nano: "),
    ],
)  # fmt: skip
def test_none_is_ended_early_by_figures_of_other_faces(
    extracted: dict[str, Path], tmp_path: Path, matrix: dict[str, Any], said: str
) -> None:
    plan = written(tmp_path, extracted, matrix=matrix, end_early=True)
    with pytest.raises(SettingError, match=rf"{said}.*plan\.toml \(leave end_early out\)"):
        run(CompareConfig(plan=plan), Context())
    found = run(CompareConfig(plan=written(tmp_path, extracted, matrix=matrix)), Context(stopped=lambda: True))
    assert found.trainings == 4
    same = written(tmp_path, extracted, end_early=True)
    run(CompareConfig(plan=same), Context(stopped=lambda: True))


@pytest.mark.parametrize("stop_after", [2, 99])
def test_the_page_is_drawn_at_the_start_and_for_what_was_there_even_at_a_stop(
    extracted: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    path, folder, pages, looks = written(tmp_path, extracted), tmp_path / "plan", list[str](), iter(range(100))
    plan, tell = Plan.read(path), telling.tell

    def heard(*given: Any) -> telling.Told:
        told = tell(*given)
        pages.append(told.page.read_text())
        return told

    monkeypatch.setattr(telling, "tell", heard)
    found = run(CompareConfig(plan=path), Context(stopped=lambda: True))
    assert (found.done, len(pages)) == (0, 1)
    pages.clear()
    results = Results(plan, prepared(plan, tmp_path, folder / "faces", Context()), folder / "trainings")
    outcome = Outcome(score=0.5, figures={}, lower=[], iterations=4, seconds=1, parameters=1, history=[])
    for values, seed in product(({"loss.mse": 0}, {"loss.mse": 1}), (0, 1)):
        write_bytes(results.place(values, seed) / OUTCOME, outcome.model_dump_json().encode())
    found = run(CompareConfig(plan=path), Context(stopped=lambda: next(looks) >= stop_after))
    assert len(pages) == 2
    assert "Not yet the end: 4 trainings are not done" in pages[0]
    assert ("Not yet the end: 2 trainings are not done" in pages[1]) == (stop_after == 2)
    assert ("Not yet the end" in pages[1]) == (not found.finished)


def test_where_nothing_can_be_trained_it_says_so_of_the_choice_as_the_page_names_it(
    extracted: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, fault = processes._start, json.dumps({"fault": "it broke"})
    monkeypatch.setattr(processes, "_start", lambda _, *rest: start([sys.executable, "-c", f"print('{fault}')"], *rest))
    phases = [[{"name": "learn", "share": share}] for share in (0.5, 0.7)]
    plan = written(tmp_path, extracted, matrix={"phases": phases}, seeds=[3])
    with pytest.raises(OmoteError, match=r"^nothing could be trained: phases learn \(1\), seed 3: it broke$"):
        run(CompareConfig(plan=plan), Context())
    assert "phases learn (1), seed 3: it broke" in (tmp_path / "plan" / "comparison.html").read_text()


def test_a_folder_of_other_faces_is_left_alone(
    extracted: dict[str, Path], faces: dict[str, Path], tmp_path: Path
) -> None:
    stopped = Context(stopped=lambda: True)
    found = run(CompareConfig(plan=written(tmp_path, extracted), output=tmp_path / "out"), stopped)
    assert (found.finished, found.trainings, found.done) == (False, 4, 0)
    with pytest.raises(OmoteError, match=r"made for other inputs.*--output"):
        run(CompareConfig(plan=written(tmp_path, faces), output=tmp_path / "out"), stopped)


@pytest.mark.slow
def test_where_nothing_can_be_trained_it_says_why(extracted: dict[str, Path], tmp_path: Path) -> None:
    plan = written(tmp_path, extracted, seeds=[0], matrix={"phases": [[{"name": "small", "resolution": 8}]]})
    with pytest.raises(OmoteError, match=r"nothing could be trained: .*nano cannot draw faces of 8 px"):
        run(CompareConfig(plan=plan), Context())

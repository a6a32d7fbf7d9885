import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from omote.core.config import laid_over
from omote.core.errors import ModelError, OmoteError, SettingError
from omote.core.events import Event, Note, Progress, Trained
from omote.runtime.model_folder import Checkpoint, read_checkpoint, read_state, slots
from omote.stages.context import Context
from omote.stages.learning import keeping
from omote.stages.train import TrainConfig, run
from omote.training.run import Run

PLAIN = {
    "batch_size": 2, "compute": {"precision": "fp32"},
    "watch": {"save_every": 2, "measure_every": 2, "preview_faces": 2, "tensorboard": False},
}  # fmt: skip

CALM = {"optimizer": {"epsilon_exponent": -3}}
"""Adam with its own epsilon makes whole steps of gradients that are next to nothing, and so of rounding."""


@pytest.fixture(autouse=True)
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may save again at once."""
    monkeypatch.setattr(keeping, "_REST", 0)


def settings(faces: dict[str, Path], model: Path, iterations: int, **changes: Any) -> TrainConfig:
    learn = laid_over(PLAIN, changes.pop("learn", {}))
    given = {"a": faces["a"], "b": faces["b"], "model": model, "iterations": iterations, "device": "cpu"}
    return TrainConfig.checked({**given, "learn": learn, **changes})


def assert_same(one: Checkpoint, other: Checkpoint) -> None:
    for mine, theirs in ((one.weights, other.weights), (one.optimizer, other.optimizer)):
        torch.testing.assert_close(dict(mine), dict(theirs), rtol=0, atol=0, equal_nan=True)
    assert timeless(one.state) == timeless(other.state)


def timeless(state: dict[str, Any]) -> list[list[Any]]:
    return [[value for place, value in enumerate(row) if place != 1] for row in state["history"]]


def test_a_model_folder_with_all_that_shows_it_comes_out(extracted: dict[str, Path], tmp_path: Path) -> None:
    said: list[Event] = []
    config = settings(extracted, tmp_path / "m", 5, learn={"watch": {"tensorboard": True}})
    report = run(config, Context(said.append))
    assert (report.iterations, report.network, report.finished, report.skipped_steps) == (5, "nano", True, 0)
    assert report.preview == tmp_path / "m" / "previews" / "0000005.jpg"
    assert [path.stem for path in sorted((tmp_path / "m" / "previews").iterdir())] == ["0000002", "0000004", "0000005"]
    assert sorted(path.name for path in (tmp_path / "m" / "last").iterdir()) == [
        "model.safetensors", "optimizer.safetensors", "state.json", "train.toml",
    ]  # fmt: skip
    assert {path.name for path in (tmp_path / "m").iterdir()} == {
        "last", "best", "previews", "tensorboard", "curves.png", "training.html",
    }  # fmt: skip
    told = [event for event in said if isinstance(event, Trained)][-1]
    assert (report.loss_a, report.loss_b) == (told.loss_a, told.loss_b)
    assert any(isinstance(event, Progress) and event.total == 5 for event in said)
    state = read_state(tmp_path / "m")
    assert state["folders"] == {side: [str(extracted[side])] for side in ("a", "b")}
    assert state["faces"]["a"]["count"] == 6
    assert report.held_out_ssim_a == state["history"][-1][8]


def test_a_model_goes_on_with_the_settings_it_has(extracted: dict[str, Path], model: Path) -> None:
    said: list[Event] = []
    config = TrainConfig.checked({"model": model, "iterations": 4, "learn": {"watch": {"save_every": 100}}})
    assert run(config, Context(said.append)).iterations == 4
    assert any(isinstance(event, Note) and "going on from iteration 2" in event.text for event in said)
    kept = read_checkpoint(model).settings
    assert "batch_size = 2" in kept
    assert "save_every = 100" in kept


def test_a_stop_keeps_what_was_learnt(extracted: dict[str, Path], tmp_path: Path) -> None:
    stop = iter([False] * 20)
    config = settings(extracted, tmp_path / "m", 1000, learn={"watch": {"save_every": 100}})
    report = run(config, Context(stopped=lambda: next(stop, True)))
    assert report.finished is False
    assert 0 < report.iterations == read_state(tmp_path / "m")["iteration"] < 1000


class KilledError(BaseException):
    """As a kill: nothing that follows is done."""


def kill_at(iteration: int, patch: pytest.MonkeyPatch) -> None:
    taken = Run.step

    def deadly(self: Run, limits: Any) -> Any:
        if self.now.iteration == iteration:
            raise KilledError
        return taken(self, limits)

    patch.setattr(Run, "step", deadly)


def test_a_run_killed_between_saves_goes_on_as_if_nothing_had_been(extracted: dict[str, Path], tmp_path: Path) -> None:
    run(settings(extracted, tmp_path / "whole", 6), Context())
    for killed in (3, 5):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(KilledError):
            kill_at(killed, patch)
            run(settings(extracted, tmp_path / "m", 6), Context())
    run(TrainConfig(model=tmp_path / "m", iterations=6, device="cpu"), Context())
    assert_same(read_checkpoint(tmp_path / "m"), read_checkpoint(tmp_path / "whole"))


def test_a_folder_of_another_model_is_refused_and_kept(extracted: dict[str, Path], model: Path) -> None:
    with pytest.raises(ModelError, match="model of another network: nano, not lightweight"):
        run(settings(extracted, model, 4, learn={"network": "lightweight"}), Context())
    assert read_state(model)["iteration"] == 2
    assert slots(model) == ["last", "best"]


def test_a_folder_without_faces_is_named(extracted: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OmoteError, match=r"no face pictures.*empty"):
        run(settings({**extracted, "b": tmp_path / "empty"}, tmp_path / "m", 1), Context())
    assert not (tmp_path / "m").exists()


@pytest.fixture
def short_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omote.training.finder.find_rate.__defaults__", (20,))


@pytest.mark.usefixtures("short_search")
def test_a_rate_is_reported_and_nothing_trained(extracted: dict[str, Path], tmp_path: Path) -> None:
    report = run(settings(extracted, tmp_path / "m", 4, find_rate="report"), Context())
    assert report.iterations == 0
    assert report.found_rate is not None
    assert [path.name for path in (tmp_path / "m").iterdir()] == ["learning_rate.png"]


@pytest.mark.usefixtures("short_search")
def test_a_run_whose_rate_was_looked_for_is_else_the_run_without(extracted: dict[str, Path], tmp_path: Path) -> None:
    report = run(settings(extracted, tmp_path / "found", 2, find_rate="set"), Context())
    assert report.found_rate is not None
    rate = report.found_rate.rate
    given = {} if rate is None else {"optimizer": {"learning_rate": rate}}
    run(settings(extracted, tmp_path / "given", 2, learn=given), Context())
    assert_same(read_checkpoint(tmp_path / "found"), read_checkpoint(tmp_path / "given"))
    assert read_checkpoint(tmp_path / "found").settings == read_checkpoint(tmp_path / "given").settings


def test_too_little_memory_is_one_line(
    extracted: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(Run, "step", full)
    with pytest.raises(SettingError) as said:
        run(settings(extracted, tmp_path / "m", 4, learn={"batch_size": 4}), Context())
    assert str(said.value) == "out of memory at batch 4 (--batch-size 2, say)"


@pytest.fixture(scope="module")
def together(extracted: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """What two processes made: a model `whole` of six iterations, and one, `stopped`, of which the second had enough.

    Returns:
        The folder of both models, and what each process said at the end of either.
    """
    place = tmp_path_factory.mktemp("together")
    launch = [sys.executable, "-W", "error", "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
    call = [*launch, __file__, str(extracted["a"]), str(extracted["b"]), str(place)]
    told = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
    assert told.returncode == 0, told.stderr
    return place, sorted(line for line in told.stdout.splitlines() if line.startswith("rank"))


@pytest.mark.slow
def test_two_processes_learn_as_one_does_from_batches_twice_as_large(
    together: tuple[Path, list[str]], extracted: dict[str, Path], tmp_path: Path
) -> None:
    place, said = together
    run(settings(extracted, tmp_path / "one", 6, learn={"batch_size": 4, **CALM}), Context())
    two, one = read_checkpoint(place / "whole"), read_checkpoint(tmp_path / "one")
    first, second = (line for line in said if "whole" in line)
    assert first.startswith("rank 0: whole, iteration 6, wrote ")
    assert int(first.rpartition(" ")[2]) > 0
    assert second == "rank 1: whole, iteration 6, wrote 0"
    for mine, theirs in zip(timeless(two.state), timeless(one.state), strict=True):
        numbers = [[value for value in row if isinstance(value, float)] for row in (mine, theirs)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-4)
    torch.testing.assert_close(dict(two.weights), dict(one.weights), rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_two_processes_stop_together_when_either_is_told_to(together: tuple[Path, list[str]]) -> None:
    place, said = together
    done = read_state(place / "stopped")["iteration"]
    assert 0 < done < 100_000
    first, second = (line for line in said if "stopped" in line)
    assert f"stopped, iteration {done}," in first
    assert f"stopped, iteration {done}," in second


def main(a: str, b: str, place: str) -> None:
    """Train twice as one of several processes; the second is the one that has enough of the second training."""
    warnings.simplefilter("error")
    rank, wrote, asked = int(os.environ["RANK"]), 0, 0
    save: Callable[..., None] = keeping.FolderKeeper.save

    def counted(*given: Any) -> None:
        nonlocal wrote
        wrote += 1
        save(*given)

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return rank == 1 and asked > 3

    setattr(keeping.FolderKeeper, "save", counted)  # noqa: B010 - mypy knows better what it is
    keeping._REST = 0
    for name, iterations, context in (("whole", 6, Context()), ("stopped", 100_000, Context(stopped=enough))):
        config = settings({"a": Path(a), "b": Path(b)}, Path(place) / name, iterations, learn=CALM)
        report = run(config, context)
        sys.stdout.write(f"rank {rank}: {name}, iteration {report.iterations}, wrote {wrote}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])

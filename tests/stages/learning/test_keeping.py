from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from omote.core.events import Event, Note, Progress, Trained
from omote.imaging.pictures import decode
from omote.runtime.model_folder import read_checkpoint, read_state, read_weights, slots
from omote.runtime.precision import pick_precision
from omote.runtime.team import Team
from omote.stages.context import Context
from omote.stages.learning import keeping
from omote.stages.learning.keeping import FolderKeeper
from omote.training.keeper import Told
from omote.training.measure import Measured
from omote.training.phases import Limits
from omote.training.run import Run, fresh_network
from tests.training.conftest import ALONE, CPU, assert_same, blobs, small

LIMITS = Limits(100, 50.0)
TOLD = Told([[0.25, 0.125, 0.0], [0.5, 0.25, 0.0]], 4.0, 1e-4)


@pytest.fixture(autouse=True)
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may write again at once."""
    monkeypatch.setattr(keeping, "_REST", 0)


@pytest.fixture
def said() -> list[Event]:
    return []


@pytest.fixture
def keeper(tmp_path: Path, said: list[Event]) -> FolderKeeper:
    faces = {"a": [Path("faces-a")], "b": [Path("faces-b")]}
    return FolderKeeper(tmp_path / "m", faces, LIMITS, Context(said.append))  # type: ignore[arg-type]


@pytest.fixture
def begin() -> Callable[..., Run]:
    def begin(**settings: Any) -> Run:
        config = small(watch={"preview_faces": 2, "tensorboard": False}, **settings)
        sets: Any = {"a": blobs(1, 9), "b": blobs(2, 11)}
        return Run.begin(config, fresh_network(config, CPU), sets, ALONE, pick_precision("fp32", CPU))

    return begin


def watched(run: Run, **changes: Any) -> Run:
    watch = run.config.watch.model_copy(update=changes)
    run.config = run.config.model_copy(update={"watch": watch})
    return run


def at(run: Run, iteration: int) -> Run:
    """The run as if it had come that far, with weights that tell how far."""
    run.now = replace(run.now, iteration=iteration)
    with torch.no_grad():
        next(run.network.parameters()).fill_(float(iteration))
    return run


def first_number(weights: dict[str, torch.Tensor], run: Run) -> float:
    return float(weights[next(name for name, _ in run.network.named_parameters())].flatten()[0])


def measured(keeper: FolderKeeper, run: Run, iteration: int, loss: float) -> None:
    at(run, iteration).tally.add(torch.ones_like(run.tally.total))
    row = run.record(Measured(loss / 2, loss / 2, 0.5, 0.5), LIMITS)
    assert row is not None
    keeper.measured(run, row)


def notes(said: list[Event]) -> list[str]:
    return [event.text for event in said if isinstance(event, Note)]


def test_what_is_saved_comes_back_and_knows_where_its_faces_are(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    run = at(begin(), 4)
    keeper.save(run)
    back = keeper.last()
    folders = back.state.pop("folders")
    assert_same(back, run.checkpoint())
    assert folders == {side: [str(Path(f"faces-{side}").absolute())] for side in ("a", "b")}


def test_each_save_leaves_a_preview_in_the_order_of_time(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    run = begin()
    for iteration in (0, 4, 12):
        keeper.save(at(run, iteration))
    previews = sorted((tmp_path / "m" / "previews").iterdir())
    assert [path.name for path in previews] == ["0000004.jpg", "0000012.jpg"]
    assert previews[-1] == keeper.preview_path(12)
    sheet = decode(previews[-1].read_bytes())
    assert sheet is not None
    assert sheet.shape[1] == 12 * 96


def test_snapshots_stay_at_their_distance_and_the_oldest_go(keeper: FolderKeeper, begin: Callable[..., Run]) -> None:
    run = watched(begin(), snapshot_every=10, snapshots=2)
    keeper.begin(run)
    for iteration in (0, 6, 12, 18, 20, 25, 31):
        keeper.save(at(run, iteration))
    assert slots(keeper._model) == ["last", "snapshot-31", "snapshot-20"]
    assert first_number(read_weights(keeper._model, "snapshot-20"), run) == 20


def test_no_snapshots_where_none_are_wanted(keeper: FolderKeeper, begin: Callable[..., Run]) -> None:
    run = watched(begin(), snapshot_every=0)
    keeper.begin(run)
    for iteration in (0, 10):
        keeper.save(at(run, iteration))
    assert slots(keeper._model) == ["last"]


def test_the_best_are_the_weights_of_the_best_measure_over_all_calls(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    run = begin()
    keeper.begin(run)
    for iteration, loss in ((2, 0.9), (4, 0.5), (6, 0.7)):
        measured(keeper, run, iteration, loss)
    assert first_number(read_weights(keeper._model, "best"), run) == 4
    again = FolderKeeper(keeper._model, {}, LIMITS, Context())
    again.begin(run)
    measured(again, run, 8, 0.6)
    assert read_state(keeper._model, "best")["iteration"] == 4
    measured(again, run, 10, 0.4)
    assert first_number(read_weights(keeper._model, "best"), run) == 10
    assert read_checkpoint(keeper._model, "best").optimizer == {}


def test_larger_faces_are_better_than_smaller_ones_whatever_their_loss(
    keeper: FolderKeeper, begin: Callable[..., Run]
) -> None:
    run = begin()
    keeper.begin(run)
    for iteration, size, loss, best in (
        (2, 64, 0.5, 2),
        (4, 128, 0.9, 4),
        (6, 64, 0.1, 4),
        (8, 128, 0.95, 4),
        (10, 128, 0.8, 10),
    ):
        run.network.output_size = size
        measured(keeper, run, iteration, loss)
        assert read_state(keeper._model, "best")["iteration"] == best


def test_writes_rest_between_each_other(
    keeper: FolderKeeper, begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_REST", 1e6)
    run = begin()
    assert keeper.ready()
    keeper.save(run)
    assert not keeper.ready()


def test_a_run_without_held_out_faces_has_no_best(keeper: FolderKeeper, begin: Callable[..., Run]) -> None:
    run = at(begin(), 2)
    run.tally.add(torch.ones_like(run.tally.total))
    row = run.record(None, LIMITS)
    assert row is not None
    keeper.measured(run, row)
    assert slots(keeper._model) == []


def test_the_line_of_the_log_has_losses_pace_faces_and_time_left(
    keeper: FolderKeeper, begin: Callable[..., Run], said: list[Event]
) -> None:
    run = at(begin(optimizer={"accumulate": 2}), 60)
    keeper.told(run, TOLD)
    trained, progress = said
    # 40 iterations at 4 a second; 2 people of 2 faces in 2 batches a step.
    assert trained == Trained(60, 0.375, 0.75, 4.0, "learn", 32.0, 10.0)
    assert progress == Progress("train", 60, 100, "iterations")
    assert keeper.latest == TOLD
    run.now = replace(run.now, seconds=47.0)  # of 50: 3 seconds, 12 iterations
    keeper.told(run, TOLD)
    assert said[-2:] == [replace(trained, seconds_left=3.0), replace(progress, total=72)]


def test_advice_is_said_once(keeper: FolderKeeper, begin: Callable[..., Run], said: list[Event]) -> None:
    run = begin()
    for iteration in (2, 4, 6):
        measured(keeper, run, iteration, 0.5)
    (advice,) = notes(said)
    assert "9 faces of A" in advice or "8 faces of A" in advice


def test_advice_whose_figures_change_is_not_said_again(
    keeper: FolderKeeper, begin: Callable[..., Run], said: list[Event]
) -> None:
    run = begin()
    for iteration in range(1, 20):
        run.tally.add(torch.ones_like(run.tally.total))
        row = at(run, iteration).record(Measured(1.0, 3.0 + iteration / 100, 0.5, 0.5), LIMITS)
        assert row is not None
        keeper.measured(run, row)
    few, uneven = notes(said)
    assert "B comes out far worse than A" not in few
    assert "B comes out far worse than A" in uneven


def test_the_board_has_what_was_measured_and_told_and_shown(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    run = watched(begin(), tensorboard=True)
    keeper.begin(run)
    measured(keeper, run, 2, 0.5)
    keeper.told(run, TOLD)
    keeper.save(run)
    keeper.finish(run)
    board: Any = EventAccumulator(str(tmp_path / "m" / "tensorboard"))
    board.Reload()
    assert {"loss/a", "held_out_loss/a", "learning_rate", "terms/ssim/a", "terms/mse/b"} <= set(board.Tags()["scalars"])
    assert [(event.step, event.value) for event in board.Scalars("terms/mse/b")] == [(2, 0.25)]
    assert [(event.step, event.value) for event in board.Scalars("held_out_loss/a")] == [(2, 0.25)]
    assert [event.step for event in board.Images("preview")] == [2]


def test_no_board_where_none_is_wanted(keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path) -> None:
    run = begin()
    keeper.begin(run)
    measured(keeper, run, 2, 0.5)
    keeper.finish(run)
    assert not (tmp_path / "m" / "tensorboard").exists()


def test_the_end_leaves_curves_and_a_page(keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path) -> None:
    run = begin()
    for iteration in (2, 4):
        measured(keeper, run, iteration, 0.5)
    keeper.finish(run)
    drawn = decode((tmp_path / "m" / "curves.png").read_bytes())
    assert drawn is not None
    page = (tmp_path / "m" / "training.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert page.count("data:image/jpeg;base64,") == 2  # the curves and the preview


def test_a_run_that_learnt_nothing_leaves_neither(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    keeper.finish(begin())
    assert not (tmp_path / "m").exists()


def test_only_the_first_of_several_processes_writes(
    keeper: FolderKeeper, begin: Callable[..., Run], tmp_path: Path
) -> None:
    run = watched(begin(), tensorboard=True)
    measured(keeper, run, 2, 0.5)
    for path in (tmp_path / "m").glob("*"):
        path.rename(tmp_path / "gone")
    run.team = Team(1, 2, CPU)
    keeper.begin(run)
    keeper.finish(run)
    assert not any((tmp_path / "m").iterdir())


def test_previews_show_the_mean_of_weights_where_there_is_one(begin: Callable[..., Run], tmp_path: Path) -> None:
    run, plain = begin(optimizer={"average": 0.9}), begin()
    with torch.no_grad():
        for weight in run.network.parameters():
            weight.zero_()  # what is learnt shows grey; the mean is as at the beginning, as in the plain run
    sheets = [FolderKeeper(tmp_path, {}, LIMITS, Context())._sheet(each) for each in (run, plain)]
    assert (sheets[0] == sheets[1]).all()


def test_a_damaged_best_does_not_keep_a_sound_run_from_going_on(
    keeper: FolderKeeper, begin: Callable[..., Run], said: list[Event]
) -> None:
    (keeper._model / "best").mkdir(parents=True)
    (keeper._model / "best" / "state.json").write_text("{")
    keeper.begin(begin())
    assert any(isinstance(event, Note) and "not known any more" in event.text for event in said)

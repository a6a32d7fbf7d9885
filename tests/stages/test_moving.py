from pathlib import Path

import pytest

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Note, Progress
from omote.curation.moves import carry_out, planned
from omote.stages.context import Context
from omote.stages.moving import Moved, carry, finish, moved, undo, watching


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abc":
        (tmp_path / name).write_text(name)
    return tmp_path


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def test_a_stopped_run_is_finished_by_the_next_and_undone_by_one_more(folder: Path) -> None:
    plan = planned(folder, "test", {folder / name: folder / f"{name}{name}" for name in "abc"})
    assert moved(plan)[0] == Moved(old="a", new="aa")
    with pytest.raises(Stopped):
        carry(plan, Context(stopped=lambda: True))
    assert files(folder) == ["aa", "b", "c"]
    with pytest.raises(OmoteError, match=r"cut short \(test\).*--undo"):
        finish(folder, Context(), dry_run=True)
    said: list[Event] = []
    finish(folder, Context(said.append))
    assert files(folder) == ["aa", "bb", "cc"]
    assert isinstance(said[0], Note)
    assert said[-1] == Progress("move", 3, 3, "faces")
    assert len(undo(folder, Context(), dry_run=True).entry.moves) == 3
    assert files(folder) == ["aa", "bb", "cc"]
    undo(folder, Context())
    assert files(folder) == ["a", "b", "c"]


def test_a_stopped_undoing_goes_on(folder: Path) -> None:
    list(carry_out(planned(folder, "test", {folder / name: folder / f"{name}{name}" for name in "abc"})))
    with pytest.raises(Stopped):
        undo(folder, Context(stopped=lambda: True))
    assert files(folder) == ["a", "bb", "cc"]
    undo(folder, Context())
    assert files(folder) == ["a", "b", "c"]
    with pytest.raises(OmoteError, match="nothing to undo"):
        undo(folder, Context())


def test_nothing_to_move_leaves_no_trace(folder: Path) -> None:
    carry(planned(folder, "test", {}), Context())
    assert not list(folder.glob(".*"))


def test_watching_tells_and_stops() -> None:
    said: list[Event] = []
    watching(Context(said.append), "look")(2, 5)
    assert said == [Progress("look", 2, 5, "faces")]
    with pytest.raises(Stopped):
        watching(Context(stopped=lambda: True), "look")(2, 5)

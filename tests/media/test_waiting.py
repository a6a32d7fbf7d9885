from pathlib import Path

import pytest

from omote.core.claims import LOCK
from omote.media.waiting import PART, Waiting, is_there


@pytest.mark.parametrize("there", [False, True])
def test_files_take_their_places_together(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "out"
    if there:
        path.mkdir()
        (path / "mine.txt").write_text("mine")
        (path / "a.png").write_text("old")
    waiting = Waiting(path, ("notes",))
    waiting.empty()
    for name in ("a.png", "b.png", "notes"):
        (waiting.folder / name).write_text(name)
    assert waiting.folder.parent == (path if there else tmp_path)
    assert Waiting(path, ()).folder == waiting.folder
    waiting.settle()
    texts = {file.name: file.read_text() for file in path.iterdir()}
    assert texts == {"a.png": "a.png", "b.png": "b.png"} | ({"mine.txt": "mine"} if there else {})
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_what_a_run_left_for_the_next_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "out"
    assert not is_there(path)
    path.mkdir()
    (path / PART).mkdir()
    (path / LOCK).touch()
    assert not is_there(path)
    (path / "mine.txt").touch()
    assert is_there(path)
    assert is_there(path / "mine.txt")


def test_nothing_is_left_of_files_that_are_dropped(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path, ())
    waiting.empty()
    (waiting.folder / "a").touch()
    waiting.empty()
    assert not list(waiting.folder.iterdir())
    waiting.drop()
    waiting.drop()
    assert not list(tmp_path.iterdir())

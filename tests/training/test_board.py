from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from omote.core.events import Event, Note, silent
from omote.core.types import Picture
from omote.imaging.pictures import decode
from omote.training.board import Board
from omote.training.history import Row


def row(iteration: int, loss: float = 0.5) -> Row:
    return Row(iteration, 1.0, loss, loss / 2, 2**-13, "learn", held_ssim_a=0.75)


def read(folder: Path) -> Any:
    events = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    events.Reload()
    return events


def scalars(folder: Path, tag: str) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in read(folder).Scalars(tag)]


def colours(width: int, height: int) -> Picture:
    y, x = np.mgrid[:height, :width]
    return np.dstack([x * 255 // width, y * 255 // height, np.full_like(x, 90)]).astype(np.uint8)


def test_scalars_are_read_back_as_they_were_and_unknown_ones_are_not_there(tmp_path: Path) -> None:
    board = Board(tmp_path / "board", 0, silent)
    board.scalars(row(250))
    board.terms({"ssim_a": 0.25, "mse_a": 0.125}, 250)
    board.scalars(row(500, 0.25))
    board.close()
    board.scalars(row(750))
    assert scalars(tmp_path / "board", "loss/a") == [(250, 0.5), (500, 0.25)]
    assert scalars(tmp_path / "board", "loss/b") == [(250, 0.25), (500, 0.125)]
    assert scalars(tmp_path / "board", "held_out_ssim/a") == [(250, 0.75), (500, 0.75)]
    assert scalars(tmp_path / "board", "learning_rate") == [(250, 2**-13), (500, 2**-13)]
    assert scalars(tmp_path / "board", "terms/mse_a") == [(250, 0.125)]
    assert set(read(tmp_path / "board").Tags()["scalars"]) == {
        "loss/a", "loss/b", "held_out_ssim/a", "learning_rate", "terms/ssim_a", "terms/mse_a",
    }  # fmt: skip


def test_what_a_killed_run_wrote_after_its_last_save_is_no_longer_shown(tmp_path: Path) -> None:
    killed = Board(tmp_path, 0, silent)  # not closed: it reads what a kill leaves
    for iteration in (250, 500, 750, 1000):
        killed.scalars(row(iteration, 0.5))
    resumed = Board(tmp_path, 500, silent)
    resumed.scalars(row(750, 0.25))
    assert scalars(tmp_path, "loss/a") == [(250, 0.5), (500, 0.5), (750, 0.25)]
    for board in (killed, resumed):
        board.close()


def test_a_half_written_record_hides_nothing_of_the_next_start(tmp_path: Path) -> None:
    killed = Board(tmp_path, 0, silent)
    killed.scalars(row(250))
    killed.scalars(row(500))
    killed.close()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-7])
    resumed = Board(tmp_path, 250, silent)
    resumed.scalars(row(500, 0.25))
    resumed.close()
    assert scalars(tmp_path, "loss/a") == [(250, 0.5), (500, 0.25)]


def test_a_preview_is_read_back_as_a_picture_no_wider_than_1280(tmp_path: Path) -> None:
    board = Board(tmp_path, 0, silent)
    board.picture(colours(2000, 500), 250)
    board.close()
    (image,) = read(tmp_path).Images("preview")
    assert (image.step, image.width, image.height) == (250, 1280, 320)
    shown = decode(image.encoded_image_string)
    assert shown is not None
    assert np.abs(shown.astype(int) - colours(1280, 320)).mean() < 3


def test_previews_grow_rarer_as_a_run_grows_longer(tmp_path: Path) -> None:
    board = Board(tmp_path, 0, silent)
    for iteration in range(100, 20_001, 100):
        board.picture(colours(8, 4), iteration)
    board.close()
    steps = [image.step for image in read(tmp_path).Images("preview")]
    assert steps[:3] == [100, 200, 300]
    assert 50 < len(steps) < 80
    assert all(1.05 <= after / before < 1.2 for before, after in pairwise(steps[20:]))


def test_a_folder_that_cannot_be_made_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "board").write_text("a file where the folder should be")
    said: list[Event] = []
    board = Board(tmp_path / "board", 0, said.append)
    board.scalars(row(250))
    board.picture(colours(8, 4), 250)
    board.close()
    (note,) = said
    assert isinstance(note, Note)
    assert str(tmp_path / "board") in note.text


def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Event] = []
    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda path, mode: opened(Path("/dev/full"), "wb"))
    board = Board(tmp_path, 0, said.append)
    for iteration in (250, 500):
        board.scalars(row(iteration))
        board.terms({"mse": 1.0}, iteration)
        board.picture(colours(8, 4), iteration)
    board.close()
    (note,) = said
    assert isinstance(note, Note)
    assert "No space left" in note.text


def test_a_disk_that_fills_later_keeps_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Event] = []
    board = Board(tmp_path, 0, said.append)
    board.scalars(row(250))

    def full(data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(board._file, "write", full)
    board.scalars(row(500))
    board.scalars(row(750))
    assert len(said) == 1
    assert scalars(tmp_path, "loss/a") == [(250, 0.5)]

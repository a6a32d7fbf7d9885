from pathlib import Path

import pytest

from omote.core.errors import SettingError
from omote.training.losses.at_hand import at_hand, weight_folders


def test_the_first_choice_that_is_complete_is_taken(no_weights: Path) -> None:
    (no_weights / "a.pth").touch()
    (no_weights / "c.pth").touch()
    assert at_hand(("a.pth", "b.pth"), ("c.pth",), origin="") == [no_weights / "c.pth"]


def test_files_may_lie_in_different_folders(no_weights: Path, tmp_path: Path) -> None:
    torch_folder = tmp_path / "TORCH_HOME/hub/checkpoints"
    uniface_folder = tmp_path / "UNIFACE_CACHE_DIR"
    for folder, name in ((torch_folder, "a.pth"), (uniface_folder, "b.onnx"), (no_weights, "b.onnx")):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert at_hand(("a.pth", "b.onnx"), origin="") == [torch_folder / "a.pth", no_weights / "b.onnx"]


def test_what_is_missing_is_said_in_one_line_with_files_and_folders(no_weights: Path) -> None:
    with pytest.raises(SettingError) as fault:
        at_hand(("a.pth", "b.pth"), ("c.pth",), origin="the moon has them")
    line = str(fault.value)
    assert "a.pth and b.pth, or c.pth" in line
    assert "the moon has them" in line
    assert all(str(folder) in line for folder in weight_folders())
    assert "\n" not in line


def test_without_a_variable_omotes_own_folder_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMOTE_WEIGHTS", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert weight_folders()[0] == Path.home() / ".cache/omote/weights"

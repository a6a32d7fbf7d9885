from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.stages.work import claim


def test_a_folder_serves_the_inputs_that_it_was_made_for_and_no_others(tmp_path: Path) -> None:
    work = tmp_path / "out.work"
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")
    (work / "faces-a").mkdir()
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")
    with pytest.raises(OmoteError, match=r"made for other inputs.*out\.work.*--work"):
        claim(work, {"face": "c.mp4", "seed": 1}, "--work")
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")


def test_a_folder_of_the_user_s_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "swapped.mp4").write_text("mine")
    with pytest.raises(OmoteError, match="cannot write"):
        claim(tmp_path / "swapped.mp4", {"seed": 1}, "--output")
    with pytest.raises(OmoteError, match=r"holds other things.*--output"):
        claim(tmp_path, {"seed": 1}, "--output")
    assert [path.name for path in tmp_path.iterdir()] == ["swapped.mp4"]

from pathlib import Path

import pytest

from omote.core.errors import OmoteError
from omote.stages.work import claim


def test_a_folder_serves_the_inputs_that_it_was_made_for_and_no_others(tmp_path: Path) -> None:
    work = tmp_path / "out.work"
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")
    with pytest.raises(OmoteError, match=r"made for other inputs.*out\.work.*--work"):
        claim(work, {"face": "c.mp4", "seed": 1}, "--work")
    claim(work, {"face": "b.mp4", "seed": 1}, "--work")

"""The notebook, run as a notebook would: cell by cell, its `!commands` in a shell."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from omote.alignments.folder import face_pictures
from omote.runtime.model_folder import read_state

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "train_on_colab.ipynb"
_SHELL = """
import subprocess
def _shell(command):
    return subprocess.run(command, shell=True, check=True).returncode
"""


def notebook() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text("utf-8"))
    return read


def cells() -> dict[str, str]:
    """The code cells by name, as plain Python."""
    code = {cell["id"]: "".join(cell["source"]) for cell in notebook()["cells"] if cell["cell_type"] == "code"}
    return {
        name: re.sub(r"^( *)!(.+)$", r"\1_exit_code = _shell(f'''\2''')", text, flags=re.M)
        for name, text in code.items()
    }


def run(place: Path, **instead: str) -> str:
    """Run all cells in a folder, some with other text, and return what they print."""
    script = "\n".join([_SHELL, *(cells() | {name.replace("_", "-"): text for name, text in instead.items()}).values()])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_it_is_a_notebook_without_outputs() -> None:
    read = notebook()
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in read["cells"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", name) for name in names)
    for cell in read["cells"]:
        assert set(cell) - {"outputs", "execution_count"} == {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
            compile(cells()[cell["id"]], cell["id"], "exec")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all cells ran, with nothing brought along."""
    place = tmp_path_factory.mktemp("machine")
    assert "brought along: nothing" in run(place)
    return place


@pytest.mark.slow
def test_without_faces_drawn_actors_are_learnt_and_swapped(ran: Path) -> None:
    assert read_state(ran / "omote-home" / "model")["iteration"] == 4  # the second stretch went on with the first
    assert (ran / "omote-here" / "out.mp4").stat().st_size > 1000
    for who in ("a", "b"):
        assert len(list(face_pictures(ran / "omote-here" / f"faces-{who}"))) == 6


@pytest.mark.slow
def test_faces_and_a_model_that_are_brought_along_are_gone_on_with(ran: Path, tmp_path: Path) -> None:
    home = tmp_path / "omote-home"
    shutil.copytree(ran / "omote-home", home)
    for who in ("a", "b"):
        packed, faces = home / f"faces-{who}.zip", ran / "omote-here" / f"faces-{who}"
        subprocess.run([sys.executable, "-m", "zipfile", "-c", packed, f"{faces}/"], check=True)
    said = run(tmp_path, settings='SETTINGS, STRETCHES = "", ["--iterations 5"]')
    assert "brought along: faces-a.zip, faces-b.zip, model" in said
    assert read_state(home / "model")["iteration"] == 5
    assert not (tmp_path / "omote-here" / "clip-a.mp4").exists()


def test_faces_of_one_person_are_not_enough(tmp_path: Path) -> None:
    (tmp_path / "omote-home").mkdir()
    (tmp_path / "omote-home" / "faces-a.zip").write_bytes(b"")
    with pytest.raises(AssertionError, match=r"only faces-a\.zip"):
        run(tmp_path, install="import shutil")

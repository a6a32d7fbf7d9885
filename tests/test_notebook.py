"""The notebook's cells, run one after the other."""

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from omote.alignments.folder import face_pictures
from omote.runtime.model_folder import read_state

IN_ONE_PROCESS = """
import shutil
from omote.cli.main import main

GPU = False

def omote(*words):
    try:
        main([*map(str, words)])
    except SystemExit as ended:
        return ended.code
"""
"""Instead of the cell that starts a process for each command, each of which takes seconds to begin."""
NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "train_on_colab.ipynb"


def notebook() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text("utf-8"))
    return read


def cells() -> dict[str, str]:
    """The code cells by name."""
    return {cell["id"]: "".join(cell["source"]) for cell in notebook()["cells"] if cell["cell_type"] == "code"}


def start(place: Path, **instead: str) -> subprocess.Popen[str]:
    """Begin to run all cells in a folder, some with other text."""
    script = "\n".join((cells() | instead).values())
    return subprocess.Popen(
        [sys.executable, "-uc", script], cwd=place, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


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
    with start(place, install=IN_ONE_PROCESS) as running:
        said, _ = running.communicate()
    assert running.returncode == 0, said[-2000:]
    assert "brought along: nothing" in said
    return place


@pytest.mark.slow
def test_without_faces_drawn_actors_are_learnt_and_swapped(ran: Path) -> None:
    assert read_state(ran / "omote-home" / "model")["iteration"] == 4  # the second stretch went on with the first
    assert (ran / "omote-here" / "out.mp4").stat().st_size > 1000
    for who in ("a", "b"):
        assert len(list(face_pictures(ran / "omote-here" / f"faces-{who}"))) == 6


@pytest.mark.slow
def test_what_is_brought_along_is_gone_on_with_until_someone_stops_it(ran: Path, tmp_path: Path) -> None:
    home = tmp_path / "omote-home"
    shutil.copytree(ran / "omote-home", home)
    for who in ("a", "b"):
        packed, faces = home / f"faces-{who}.zip", ran / "omote-here" / f"faces-{who}"
        subprocess.run([sys.executable, "-m", "zipfile", "-c", packed, f"{faces}/"], check=True)
    said, pressed = "", False
    with start(tmp_path, settings='STRETCHES = [["--iterations", 10**6], ["--iterations", 10**6]]') as running:
        assert running.stdout is not None
        for line in running.stdout:
            said += line
            if "Total Iterations" in line and not pressed:
                running.send_signal(signal.SIGINT)
                pressed = True
    assert running.returncode == 0, said[-2000:]
    assert "brought along: faces-a.zip, faces-b.zip, model" in said
    assert "going on from iteration 4" in said
    assert said.count("stopped; run the same command again") == 1
    assert read_state(home / "model")["iteration"] > 4
    assert not (tmp_path / "omote-here" / "clip-a.mp4").exists()


def test_faces_of_one_person_are_not_enough(tmp_path: Path) -> None:
    (tmp_path / "omote-home").mkdir()
    (tmp_path / "omote-home" / "faces-a.zip").write_bytes(b"")
    with start(tmp_path, install="import shutil") as running:
        said, _ = running.communicate()
    assert running.returncode == 1
    assert "only faces-a.zip is in omote-home" in said

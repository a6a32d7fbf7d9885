"""A drawn film, its alignments and its face pictures."""

from pathlib import Path

import pytest

from tests import foreign_faces


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `film.mp4` and the folder `faces`, in which `film.alignments.db` lies, too."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "faces").mkdir()
    foreign_faces.faces_of(foreign_faces.film(folder), folder / "faces")
    return folder

"""Files on their way into a folder: they wait in a hidden one until all are made, then take their names together."""

import shutil
from collections.abc import Collection
from pathlib import Path

from omote.core.claims import LOCK
from omote.core.files import explained, part_name

PART = ".omote.part"
"""Name of the folder, inside an output folder that is there already, in which files wait."""


class Waiting:
    """The files of one output folder. What that holds already stays, but for files of the same names.

    Args:
        path: the output folder.
        notes: names of the files that only a run that goes on needs.

    Attributes:
        folder: in which they wait: inside a folder that is there, which may be on a disk of its own; else beside it.
    """

    def __init__(self, path: Path, notes: Collection[str]) -> None:
        self._path, self._notes = path, notes
        self.folder = path / PART if path.is_dir() else part_name(path.resolve())

    def empty(self) -> None:
        """Begin with nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def settle(self) -> None:
        """Give the files their places.

        Raises:
            OSError: they cannot be moved; those that are not moved still wait.
        """
        if not self._path.exists():
            self.folder.replace(self._path)
            for name in self._notes:
                (self._path / name).unlink(missing_ok=True)
            return
        for file in sorted(self.folder.iterdir()):
            if file.name not in self._notes:
                file.replace(self._path / file.name)
        self.drop()

    def drop(self) -> None:
        """Leave nothing of them."""
        shutil.rmtree(self.folder, ignore_errors=True)


def is_there(path: Path) -> bool:
    """Whether a file is there, or a folder with anything in it but files that wait, and their lock.

    Raises:
        OmoteError: it cannot be read.
    """
    with explained(path):
        return any(file.name not in (PART, LOCK) for file in path.iterdir()) if path.is_dir() else path.exists()

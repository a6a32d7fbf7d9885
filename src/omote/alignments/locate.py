"""Where alignments lie: in a file that is named itself, in a folder of faces, or beside their footage."""

from dataclasses import dataclass
from pathlib import Path

from omote.alignments.store import SUFFIX
from omote.core.errors import AlignmentsError

_DATABASE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Target:
    """What a user's word for some alignments stands for.

    Attributes:
        files: the alignments files, one at least.
        folder: where the face pictures are, if anywhere.
        source: the footage, where that is what was named.
    """

    files: tuple[Path, ...]
    folder: Path
    source: Path | None


def alignments_in(folder: Path) -> list[Path]:
    """Return the alignments files of a folder by name; none when it is not there."""
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.glob(f"*{SUFFIX}") if not file.name.startswith("."))


def locate(target: Path, faces: Path | None = None) -> Target:
    """Find the alignments that a word stands for.

    Args:
        target: an alignments file, a folder that has some, or footage that has some in `faces` or beside it.
        faces: folder of the face pictures, where that is another one.

    Raises:
        AlignmentsError: there are none.
    """
    if _is_database(target):
        return Target((target,), faces or target.parent, None)
    if inside := alignments_in(target):
        return Target(tuple(inside), faces or target, None)
    for folder in (*([faces] if faces else []), target.parent):
        beside = folder / f"{target.stem}{SUFFIX}"
        if target.exists() and beside.is_file():
            return Target((beside,), folder, target)
    what = "no alignments in this folder or beside it" if target.exists() else "no such file or folder"
    raise AlignmentsError(what, target, "name an alignments file, or a folder that omote extract filled")


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError as fault:
        raise AlignmentsError(f"cannot be read ({fault.strerror})", path) from fault

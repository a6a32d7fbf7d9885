"""A folder of face pictures as its owner left it: sorted into sub-folders, renamed, pruned."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from omote.alignments.png import read_record
from omote.alignments.record import PictureRecord
from omote.alignments.store import Alignments
from omote.core.errors import OmoteError

_FEW = 10

ASIDE = ".aside"
"""Folder, inside a faces folder, of the pictures that were set aside; walks over face pictures pass it over."""


@dataclass(frozen=True, slots=True)
class Pictured:
    """A face's picture: where it lies, who it says the face is, and names of the identity vectors that it has."""

    path: Path
    person: str | None
    vectors: frozenset[str]


def face_pictures(folder: Path) -> Iterator[tuple[Path, PictureRecord]]:
    """Walk over the face pictures of a folder and its sub-folders in the order of their paths.

    Hidden files and folders are passed over, and so are PNG files without a record.

    Raises:
        OmoteError: there is no such folder.
        AlignmentsError: a picture's record cannot be read.
    """
    if not folder.is_dir():
        raise OmoteError("no such folder of faces", folder, "run omote extract first")
    for path in sorted(folder.rglob("*.png")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        record = read_record(path)
        if record is not None:
            yield path, record


def follow(alignments: Alignments, folder: Path, there: Collection[str]) -> int:
    """Reject the faces whose picture is no longer in the folder; return how many they are.

    A face that was rejected so and has its picture in the folder again is kept again.

    Args:
        alignments: of one of the sources whose faces the folder has.
        folder: of face pictures.
        there: what `pictured_in` says of the folder.

    Raises:
        OmoteError: the folder has no face picture at all and there were many: this looks like another folder, not like
            a choice.
    """
    had = alignments.pictured()
    if len(had) > _FEW and not there:
        what = f"no picture of the {len(had)} faces of {alignments.source.name} is in this folder any more"
        raise OmoteError(what, folder, "name the folder that has them, or make them again with --restore")
    gone = had.difference(there)
    alignments.reject(gone)
    alignments.keep(there)
    return len(gone)


def pictured_in(folder: Path) -> dict[str, Pictured]:
    """Return the pictures in a folder, which need not be there, by the ids of their faces.

    Raises:
        AlignmentsError: a picture's record cannot be read.
    """
    pictures = face_pictures(folder) if folder.is_dir() else ()
    return {
        record.face.id: Pictured(path, record.face.person, frozenset(record.face.vectors)) for path, record in pictures
    }

"""Pictures that were set aside, brought back to where they were."""

from collections.abc import Callable, Collection
from pathlib import Path

from omote.alignments.folder import ASIDE, face_pictures
from omote.alignments.record import FaceRecord
from omote.curation.moves import Plan, planned


def aside(folder: Path) -> dict[str, Path]:
    """Return where each face that was set aside has its picture, by the face's id.

    Raises:
        AlignmentsError: a picture's record cannot be read.
    """
    place = folder / ASIDE
    return {record.face.id: path for path, record in face_pictures(place)} if place.is_dir() else {}


def returning(folder: Path, there: Collection[str], wanted: Callable[[FaceRecord], bool]) -> Plan:
    """Plan to bring pictures back from `.aside/<reason>/`, to the path that each has there.

    A face that has a picture in the folder is not brought back, so that none is there twice.

    Args:
        folder: of face pictures.
        there: ids of the faces that have their picture in it.
        wanted: says which faces to bring back.

    Raises:
        AlignmentsError: a picture's record cannot be read.
    """
    place, known = folder / ASIDE, set(there)
    moves = {}
    for path, record in face_pictures(place) if place.is_dir() else ():
        if record.face.id not in known and wanted(record.face):
            known.add(record.face.id)
            inside = path.relative_to(place)
            moves[path] = folder / Path(*inside.parts[1:] or inside.parts)
    return planned(folder, "brought back from aside", moves)

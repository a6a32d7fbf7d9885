"""Which names the face pictures of a folder should have. Moves nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omote.alignments.folder import face_pictures
from omote.alignments.naming import picture_stem, plain_name
from omote.core.errors import OmoteError


@dataclass(frozen=True, slots=True)
class _Picture:
    """A face picture, the name it should have, and a longer one for when that is taken."""

    path: Path
    name: str
    longer: str


def original_names(folder: Path) -> dict[Path, Path]:
    """Return new paths for the pictures that have not the name that extract gave them: `<frame>_<number>.png`.

    Each stays in its sub-folder. Where another file there has the name, the face's id follows it, as extract does.

    Raises:
        OmoteError: there is no such folder.
        AlignmentsError: a picture's record cannot be read, or its frame has no name for a file.
    """
    pictures = []
    for path, record in face_pictures(folder):
        number = record.face.id.rpartition("-")[2]
        stem = picture_stem(record.face.frame.name, int(number) if number.isdecimal() else 0)
        pictures.append(_picture(path, stem, record.face.id))
    return _plan(pictures)


def left_to_right(folder: Path) -> dict[Path, Path]:
    """Return new paths as `original_names`, but with the faces of a frame numbered from left to right.

    The ids of the faces stay: by these, alignments know their pictures.

    Raises:
        OmoteError, AlignmentsError: as `original_names`.
    """
    frames: dict[tuple[str, int], list[tuple[float, str, Path, str]]] = defaultdict(list)
    for path, record in face_pictures(folder):
        face = record.face
        middle = float(face.box[0] + face.box[2]) / 2
        frames[record.source.fingerprint, face.frame.index].append((middle, face.id, path, face.frame.name))
    return _plan(
        _picture(path, picture_stem(frame, number), face)
        for faces in frames.values()
        for number, (_, face, path, frame) in enumerate(sorted(faces))
    )


def _picture(path: Path, stem: str, face: str) -> _Picture:
    return _Picture(path, f"{stem}.png", f"{plain_name(f'{stem}_{face}')}.png")


def _plan(pictures: Iterable[_Picture]) -> dict[Path, Path]:
    by_folder: dict[Path, list[_Picture]] = defaultdict(list)
    for picture in pictures:
        by_folder[picture.path.parent].append(picture)
    return {old: new for folder, inside in by_folder.items() for old, new in _plan_of_one(folder, inside).items()}


def _plan_of_one(folder: Path, pictures: list[_Picture]) -> dict[Path, Path]:
    # Names that differ by their case only are one name on many disks.
    taken = {path.name.casefold() for path in folder.iterdir()} - {each.path.name.casefold() for each in pictures}
    plan = {}
    for picture in sorted(pictures, key=lambda each: (each.path.name != each.name, each.path)):  # who has it keeps it
        free = [name for name in (picture.name, picture.longer) if name.casefold() not in taken]
        if not free:
            raise OmoteError(f"{picture.path.name} cannot be called {picture.longer}: already there", folder)
        taken.add(free[0].casefold())
        if free[0] != picture.path.name:
            plan[picture.path] = folder / free[0]
    return plan

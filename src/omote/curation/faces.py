"""The face pictures of a folder, with what each says of itself."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from omote.alignments.folder import face_pictures
from omote.alignments.record import PictureRecord
from omote.core.errors import MediaError, OmoteError
from omote.core.types import Picture
from omote.imaging.pictures import decode

_TOGETHER = 64

Seen = TypeVar("Seen")

Watch = Callable[[int, int], None]
"""Told how many of how many are done, 0 where that is not known; raises `Stopped` when no more is wanted."""


def unwatched(done: int, total: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class FacePicture:
    """A face picture.

    Attributes:
        path: where it lies.
        record: what it says of itself.
    """

    path: Path
    record: PictureRecord

    def pixels(self) -> Picture:
        """Read the picture: (S, S, 3).

        Raises:
            MediaError: it cannot be read.
        """
        try:
            picture = decode(self.path.read_bytes())
        except OSError as fault:
            raise MediaError(f"cannot be read ({fault.strerror})", self.path) from fault
        if picture is None:
            raise MediaError("a damaged face picture", self.path, "move it away and run the command again")
        return picture


def each_seen(faces: Sequence[FacePicture], see: Callable[[FacePicture], Seen], watch: Watch) -> list[Seen]:
    """Return what `see` makes of each face, several at a time; few pictures are in the memory at once.

    Args:
        faces: any number.
        see: reads a face's pixels; used in several threads.
        watch: told of every few that were seen.

    Raises:
        MediaError: a picture cannot be read.
    """
    seen: list[Seen] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for start in range(0, len(faces), _TOGETHER):
            seen += pool.map(see, faces[start : start + _TOGETHER])
            watch(len(seen), len(faces))
    return seen


def faces_in(folder: Path, watch: Watch = unwatched) -> list[FacePicture]:
    """Return the face pictures of a folder and its sub-folders in the order of their paths, hidden ones left out.

    Args:
        folder: of face pictures.
        watch: told of every one that was read.

    Raises:
        OmoteError: there is no such folder, or it has no face picture.
        AlignmentsError: a picture's record cannot be read.
    """
    faces = []
    for path, record in face_pictures(folder):
        faces.append(FacePicture(path, record))
        watch(len(faces), 0)
    if not faces:
        raise OmoteError("no face picture of omote's in this folder", folder, "run omote extract with it as output")
    return faces

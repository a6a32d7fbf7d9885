"""Groups of faces in an order: what every way of sorting comes to."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from omote.curation.faces import FacePicture

_UNSAFE = re.compile(r'[/\\:*?"<>|\s\x00-\x1f]+')
_LONGEST = 60


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Faces that belong together.

    Attributes:
        name: what they share, fit to be the name of a folder.
        faces: in their order.
    """

    name: str
    faces: Sequence[FacePicture]

    @property
    def folder(self) -> str:
        """Name of the group's folder, with the number of its faces."""
        return f"{self.name}_{len(self.faces)}-face{'s' if len(self.faces) != 1 else ''}"


def cut(method: str, ordered: Iterable[FacePicture], name: Callable[[FacePicture], str]) -> list[Group]:
    """Cut ordered faces where their name changes; folders are numbered, so that they stand in this order, too.

    Args:
        method: by which they are sorted.
        ordered: the faces.
        name: of the group of a face.
    """
    runs = [(named, list(faces)) for named, faces in groupby(ordered, name)]
    width = max(2, len(str(len(runs))))
    return [Group(f"{method}_{place:0{width}}_{named}", faces) for place, (named, faces) in enumerate(runs, 1)]


def folder_word(text: str) -> str:
    """Return a text as part of a folder's name; it may come from anyone's record."""
    return _UNSAFE.sub("-", text).strip(".-")[:_LONGEST] or "unnamed"


def natural(text: str) -> tuple[Hashable, ...]:
    """Return a key by which img2 comes before img10."""
    parts: list[Any] = re.split(r"(\d+)", text.casefold())
    return (*(int(part) if place % 2 else part for place, part in enumerate(parts)), text)

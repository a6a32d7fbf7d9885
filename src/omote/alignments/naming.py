"""Names of files that follow from what a record says; a record may come from anyone."""

import re

from omote.core.errors import AlignmentsError
from omote.media.pictures import frame_stem

_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f]|^\.|^$|^.{200}')


def plain_name(name: str) -> str:
    """Return a name as it is, when it can stand for a file in a folder and nowhere else.

    Raises:
        AlignmentsError: it has a separator of paths or another character that file names lack, is hidden or too long.
    """
    if _UNSAFE.search(name):
        raise AlignmentsError(f"{name[:80]!r} cannot be the name of a file")
    return name


def picture_stem(frame: str, number: int) -> str:
    """Return what the picture of a face is called, without its suffix.

    Args:
        frame: name of the frame it is in.
        number: which of the frame's faces it is, from 0.

    Raises:
        AlignmentsError: the frame's name cannot be part of a file's.
    """
    return plain_name(f"{frame_stem(frame)}_{number}")

"""What frames are called: faceswap's names of a video's frames, and what they tell about the video."""

import re
from collections.abc import Sequence
from pathlib import Path

from omote.alignments.record import FrameRecord, SourceRecord
from omote.media.pictures import PICTURE_SUFFIXES

_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>\d{6,12})(?P<suffix>\.\w{1,8})?")


def numbered(name: str) -> tuple[str, int, str] | None:
    """Take a video frame's name apart: stem of the video, place from 0, suffix (perhaps none); None for other names."""
    found = _NUMBERED.fullmatch(name)
    if found is None or int(found["number"]) == 0:
        return None
    return found["stem"], int(found["number"]) - 1, found["suffix"] or ""


def footage_of(names: Sequence[str], stem: str, folder: str, *, video: bool) -> tuple[str, bool]:
    """Tell from the names of its frames what footage is called and whether it is a video.

    Until version 2.4 faceswap gave frames of a video the suffix of a picture, so that names alone do not always tell.

    Args:
        names: of the frames.
        stem: name of the alignments file without what faceswap adds, which is the video's.
        folder: name of the folder where the file lies, which is that of the pictures.
        video: whether something else says that it is one.
    """
    parts = [numbered(name) for name in names]
    first = parts[0] if parts else None
    one = first is not None and all(each is not None and each[::2] == first[::2] for each in parts)
    if first is None or not one:
        return folder, False
    suffix = first[2]
    pictures = suffix.lower() in PICTURE_SUFFIXES
    if pictures and not (video or stem == first[0]):
        return folder, False
    return first[0] + ("" if pictures else suffix), True


def frame_key(frame: FrameRecord, source: SourceRecord) -> str:
    """Return faceswap's name of a frame: a picture's own, a video's with the suffix of the video."""
    return frame.name if is_still(frame.name) else frame.name + Path(source.name).suffix


def is_still(name: str) -> bool:
    """Whether a frame of ours is a picture of its own, and not one of a video."""
    return Path(name).suffix.lower() in PICTURE_SUFFIXES

"""The way in: one door for a video, a picture or a folder of pictures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from omote.core.errors import MediaError
from omote.core.types import Frame
from omote.media.facts import SourceFacts
from omote.media.pictures import PictureSource, is_picture
from omote.media.video import VideoSource

__all__ = ["Source", "SourceFacts", "open_source"]


class Source(Protocol):
    """Footage that can be read as often as wanted, always with the same frames."""

    @property
    def facts(self) -> SourceFacts:
        """What is known of it before its frames are read."""

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Give the frames in order of presentation, from number `start` on.

        Args:
            start: number of the first one given.
            deep: in 16 bits, where the footage has more than 8.

        Raises:
            MediaError: a frame cannot be read; those before it have been given.
        """


def open_source(path: Path) -> Source:
    """Open a video, a picture or a folder of pictures, and read what is known of it.

    Raises:
        MediaError: it is not there, is empty, is none of these, or its first frame cannot be read.
    """
    if path.is_dir():
        return PictureSource(path)
    if not path.exists():
        raise MediaError("no such file or folder", path)
    if not path.is_file():
        raise MediaError("not a file or a folder", path)
    if not path.stat().st_size:
        raise MediaError("the file is empty", path)
    return PictureSource(path) if is_picture(path) else VideoSource(path)

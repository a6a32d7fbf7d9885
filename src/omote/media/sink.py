"""The way out: one door for a video, a picture or a folder of pictures."""

from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from omote.core.errors import MediaError, OmoteError
from omote.core.files import explained
from omote.core.types import Frame
from omote.media.config import EncodeConfig
from omote.media.encode import VIDEO_SUFFIXES, VideoSink
from omote.media.source import Source
from omote.media.stills import PART, STILL_SUFFIXES, StillSink

_DEFAULTS = EncodeConfig()


class Sink(Protocol):
    """Where frames go. Use it in a `with` block: a video takes its name only when the block ends well."""

    def write(self, frame: Frame) -> None:
        """Add a frame; frames come in order of presentation.

        Raises:
            MediaError: the frame does not go with those before it.
            OmoteError: it cannot be written.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_sink(path: Path, like: Source, *, overwrite: bool = False, settings: EncodeConfig = _DEFAULTS) -> Sink:
    """Open an output for frames made from those of a source.

    Args:
        path: a video by its suffix; a folder of PNG files when it has no suffix or is a folder already; a picture file
            when the source is a single picture.
        like: the source; timing, colour and sound are taken over from it.
        overwrite: replace what is there.
        settings: how a video is encoded.

    Raises:
        OmoteError: there is something already, or it cannot be written there.
        MediaError: the suffix is not known, does not go with the source, or cannot hold its sound.
    """
    kind = output_kind(path, like, overwrite=overwrite)
    return VideoSink(path, like.facts, settings) if kind == "video" else StillSink(path, folder=kind == "folder")


def output_kind(path: Path, like: Source, *, overwrite: bool = False) -> Literal["video", "folder", "picture"]:
    """Return what `open_sink` would write, so that a wrong name is found before hours of work; it writes nothing.

    Raises:
        OmoteError: there is something already, or the place cannot be read.
        MediaError: the suffix is not known or does not go with the source.
    """
    suffix, folder = path.suffix.lower(), path.is_dir() or not path.suffix
    with explained(path):
        there = any(file.name != PART for file in path.iterdir()) if path.is_dir() else path.exists()
    if path.resolve() == like.facts.path.resolve():
        raise MediaError("this is the source itself", path, "choose another name")
    if there and not overwrite:
        raise OmoteError("already there", path, "choose another name, or replace it with --overwrite")
    if folder:
        return "folder"
    if suffix in VIDEO_SUFFIXES:
        return "video"
    if suffix not in STILL_SUFFIXES:
        known = " ".join((*VIDEO_SUFFIXES, *STILL_SUFFIXES))
        raise MediaError(f"cannot write {suffix} files", path, f"known: {known}, or a folder: a name without suffix")
    if like.facts.kind == "video" or like.facts.frames != 1:
        raise MediaError("a picture holds one frame only", path, "name a folder, or a video such as .mp4")
    return "picture"

"""The way out: one door for a video, a picture or a folder of pictures. Nothing is written over the source."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from omote.core.errors import MediaError, OmoteError
from omote.core.files import LastTouch
from omote.core.types import Frame
from omote.media.choosing import choose
from omote.media.codecs import USUAL
from omote.media.config import EncodeConfig
from omote.media.cuts import NONE, Cuts
from omote.media.encode import VideoSink
from omote.media.gif import GifSink
from omote.media.picture_files import SUFFIXES, USUAL_SUFFIX, choose_pictures
from omote.media.pictures import frame_stem, is_picture
from omote.media.resuming import ResumingSink, can_resume
from omote.media.source import Source
from omote.media.stills import StillSink
from omote.media.waiting import is_there

_DEFAULTS = EncodeConfig()
_ANEW = "GIF, and VP9 with alpha, is written in one go: a run that is broken off begins anew"


class Sink(Protocol):
    """Where frames go. Use it in a `with` block: a video takes its name only when the block ends well."""

    @property
    def next_frame(self) -> int:
        """The smallest index of a frame that is still wanted; not 0 where a broken run is gone on with."""

    @property
    def deep(self) -> bool:
        """Whether frames of 16 bits are worth making: both the source and what is written hold more than 8."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the source cannot be kept, a line each."""

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


def open_sink(
    path: Path,
    like: Source,
    *,
    overwrite: bool = False,
    settings: EncodeConfig = _DEFAULTS,
    alpha: bool = False,
    part: bool = False,
    every: int = 1,
    resume: str | None = None,
    metadata: Mapping[str, str] | None = None,
    touch: LastTouch | None = None,
    cuts: Cuts = NONE,
) -> Sink:
    """Open an output for frames made from those of a source.

    Args:
        path: a video by its suffix; a folder of pictures when it has no suffix or is a folder already; a picture file
            when the source is a single picture.
        like: the source; timing, colour, sound and all other streams are taken over from it.
        overwrite: replace what is there.
        settings: how videos and pictures are written.
        alpha: whether frames say how much each pixel covers.
        part: whether they are a part of the source only: then a video's time begins with the first, and its sound is
            cut with them.
        every: one frame of so many of the source is written: so long is the last one shown.
        resume: what the frames depend on besides the source and the settings, as a text of any length; where it is
            given, what is finished outlives a broken run, and the next one with the same goes on at `next_frame`; but
            GIF, and VP9 with alpha, is begun anew, which is noted.
        metadata: said of a video as a whole.
        touch: what is done to each file before it takes its name.
        cuts: what of the source is left out between frames, which in a video then follow each other at once.

    Raises:
        OmoteError: there is something already, or it cannot be written there.
        MediaError: the suffix is not known, does not go with the source or the settings, or cannot hold its sound.
    """
    kind = output_kind(path, like, overwrite=overwrite, settings=settings, alpha=alpha)
    if kind == "video":
        if path.suffix.lower() == ".gif":
            sink: GifSink | VideoSink = GifSink(path, like.facts, part=part, touch=touch, cuts=cuts)
        elif resume is None or not can_resume(path, like.facts, settings, alpha=alpha):
            sink = VideoSink(
                path, like.facts, settings, alpha=alpha, part=part, every=every, metadata=metadata, touch=touch,
                cuts=cuts,
            )  # fmt: skip
        else:
            return ResumingSink(
                path, like.facts, settings, resume, alpha=alpha, part=part, every=every, metadata=metadata, touch=touch,
                cuts=cuts,
            )  # fmt: skip
        if resume is not None:
            sink.notes = (*sink.notes, _ANEW)
        return sink
    folder = kind == "folder"
    choice = choose_pictures(path, _picture_kind(path, settings, folder=folder), like.facts, settings, alpha=alpha)
    key = None if resume is None else f"{resume} {like.facts.fingerprint}"
    return StillSink(path, choice, like.facts, folder=folder, resume=key, touch=touch)


def output_kind(
    path: Path, like: Source, *, overwrite: bool = False, settings: EncodeConfig = _DEFAULTS, alpha: bool = False
) -> Literal["video", "folder", "picture"]:
    """Return what `open_sink` would write, so that what is wrong is found before hours of work; it writes nothing.

    Raises:
        OmoteError: there is something already, or the place cannot be read.
        MediaError: the suffix is not known or does not go with the source or the settings, the source would be written
            over, or two pictures of it would become one file.
    """
    suffix, folder = path.suffix.lower(), path.is_dir() or not path.suffix
    check_place(path, like, overwrite=overwrite)
    if folder:
        check_names(like)
    if suffix in USUAL and not folder:
        choose(path, like.facts, settings, alpha=alpha)
        return "video"
    if suffix not in SUFFIXES and not folder:
        known = " ".join((*USUAL, *SUFFIXES))
        raise MediaError(f"cannot write {suffix} files", path, f"known: {known}, or a folder: a name without suffix")
    if not folder and (like.facts.kind == "video" or like.facts.frames != 1):
        raise MediaError("a picture holds one frame only", path, "name a folder, or a video such as .mp4")
    choose_pictures(path, _picture_kind(path, settings, folder=folder), like.facts, settings, alpha=alpha)
    return "folder" if folder else "picture"


def check_place(path: Path, like: Source, *, overwrite: bool = False) -> None:
    """See that an output would replace neither the source nor, unasked, anything else.

    Raises:
        OmoteError: there is something already, or the place cannot be read.
        MediaError: it is the source, or the folder in which pictures of the source are.
    """
    place, source = path.resolve(), like.facts.path
    if place == source.resolve():
        raise MediaError("this is the source itself", path, "choose another name")
    if any(place == picture.resolve() or place == picture.resolve().parent for picture in _pictures_of(like)):
        raise MediaError("pictures of the source are here", path, "choose another place, where none can be replaced")
    if is_there(path) and not overwrite:
        raise OmoteError("already there", path, "choose another name, or replace it with --overwrite")


def check_names(like: Source) -> None:
    """See that each picture of a source has a name of its own when its suffix is another.

    Raises:
        MediaError: two of them differ by their suffixes only.
    """
    names = [picture.name for picture in _pictures_of(like)]
    stem, count = Counter(map(frame_stem, names)).most_common(1)[0] if names else ("", 0)
    if count > 1:
        same = " and ".join(sorted(name for name in names if frame_stem(name) == stem))
        raise MediaError(f"{same} would become one file", like.facts.path, "rename all but one of them")


def written_suffix(path: Path, settings: EncodeConfig = _DEFAULTS) -> str:
    """Return the suffix of the files that are written: that of the output, or of the pictures in a folder."""
    folder = path.is_dir() or not path.suffix
    return USUAL_SUFFIX[settings.pictures] if folder else path.suffix.lower()


def _pictures_of(like: Source) -> list[Path]:
    source = like.facts.path
    if like.facts.kind == "video":
        return []
    return [each for each in source.iterdir() if is_picture(each)] if source.is_dir() else [source]


def _picture_kind(path: Path, settings: EncodeConfig, *, folder: bool) -> str:
    return settings.pictures if folder else SUFFIXES[path.suffix.lower()]

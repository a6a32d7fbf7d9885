"""Videos out: with the source's timing, colour and sound, under the final name only when all of it is written.

A frame comes out at exactly the time it had in the source in .mp4 and .mov; .mkv and .webm count in milliseconds, so
there it is rounded to the nearest. Halved chroma has no odd sizes: there the last column or row is repeated once.
Frames are written upright, so no rotation is noted in the file, and their pixels are square.
"""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from omote.core.errors import MediaError
from omote.core.files import LastTouch
from omote.core.types import Frame
from omote.media.choosing import choose
from omote.media.config import EncodeConfig
from omote.media.cuts import NONE, Cuts
from omote.media.encoder import Encoder
from omote.media.facts import SourceFacts
from omote.media.film import Film, explained_muxing
from omote.media.track import Start, track_of


class VideoSink:
    """A video being written. Use it in a `with` block; only a block that ends well leaves a file.

    Args:
        path: the final name, ending in one of `VIDEO_SUFFIXES`.
        like: the source whose timing, colour and sound it takes.
        settings: how it is encoded.
        alpha: whether frames say how much each pixel covers.
        part: whether they are a part of the source only: then time begins with the first, and sound is cut with them.
        every: one frame of so many of the source is written.
        metadata: said of the whole film.
        touch: what is done to it before it takes its name.
        cuts: what of the source is left out between frames, which then follow each other at once.

    Raises:
        MediaError: settings, container and source do not go together, or the source cannot be read again.
        OmoteError: it cannot be written there.
    """

    next_frame = 0

    def __init__(
        self,
        path: Path,
        like: SourceFacts,
        settings: EncodeConfig,
        *,
        alpha: bool = False,
        part: bool = False,
        every: int = 1,
        metadata: Mapping[str, str] | None = None,
        touch: LastTouch | None = None,
        cuts: Cuts = NONE,
    ) -> None:
        self._choice = choose(path, like, settings, alpha=alpha)
        self._path, self._like, self._alpha, self._part = path, like, alpha, part
        self._metadata, self._touch, self._every = metadata or {}, touch, every
        self._cuts, self._track = cuts, cuts.of_track(track_of(like), like.time_base)
        self._begin(None)
        self._waiting: Frame | None = None
        self.notes = self._film.notes
        self.deep = min(like.depth, self._choice.layout.depth) > 8

    def write(self, frame: Frame) -> None:
        """Add a frame; its time must be later than that of the frame before.

        Raises:
            MediaError: the frame has another size than the video or alpha it cannot hold, or it cannot be encoded.
            OmoteError: the disk is full, or another fault of the system.
        """
        check_frame(frame, self._like, self._path, alpha=self._alpha)
        frame = self._cuts.closed(frame, self._like.time_base)
        if self._waiting is not None:
            self._encode(self._waiting, frame.pts - self._waiting.pts)
        elif self._part:
            self._film.drop()
            self._begin(Start(frame.index, frame.pts))
        self._waiting = frame  # until the next one says how long it is shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._film.drop()
            return
        try:
            self._finish()
        except BaseException:
            self._film.drop()
            raise

    def _begin(self, start: Start | None) -> None:
        self._film = Film(
            self._path, self._like, self._track, self._choice, self._metadata, start, self._touch, self._cuts
        )
        begin = 0 if start is None else start.pts
        self._encoder = Encoder(self._film.stream, self._like, self._track, self._choice, begin)

    def _encode(self, frame: Frame, duration: int) -> None:
        with explained_muxing(self._path):
            packets = self._encoder.encode(frame, duration)
        self._film.mux(packets, frame.pts * self._like.time_base)

    def _finish(self) -> None:
        last = self._waiting
        if last is None:
            raise MediaError("no frame was given to write", self._path)
        duration = self._track.duration_of_last(last, self._like, self._every)
        self._encode(last, duration)
        end = last.pts + duration
        with explained_muxing(self._path):
            packets = self._encoder.finish(end)
        self._film.mux(packets, last.pts * self._like.time_base)
        self._film.finish(end * self._like.time_base if self._part else None)


def check_frame(frame: Frame, like: SourceFacts, path: Path, *, alpha: bool) -> None:
    """See that a frame goes into a video like a source.

    Raises:
        MediaError: it has another size, or alpha that the video was not opened for.
    """
    height, width, _ = frame.rgb.shape
    if (width, height) != (like.width, like.height):
        raise MediaError(f"frame {frame.name} is {width}x{height}, the video {like.width}x{like.height}", path)
    if frame.alpha is not None and not alpha:
        raise MediaError(f"frame {frame.name} has alpha, and the video was opened without", path)

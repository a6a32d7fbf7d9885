"""Animations out: GIF, each frame with the 256 colours that suit it best, so that memory stays flat.

GIF counts in hundredths of a second: a frame's time is rounded to the nearest. It has no sound.
"""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from omote.core.errors import MediaError
from omote.core.files import LastTouch, explained, part_name, sync
from omote.core.types import Frame
from omote.media.colour import eight_bits
from omote.media.cuts import NONE, Cuts
from omote.media.encode import check_frame
from omote.media.facts import SourceFacts
from omote.media.film import explained_muxing

_TICK = Fraction(1, 100)


class GifSink:
    """An animation being written. Use it in a `with` block; only a block that ends well leaves a file.

    Args:
        path: the final name, ending in `.gif`.
        like: the source whose size and timing it takes.
        part: whether its time begins with its first frame.
        touch: what is done to it before it takes its name.
        cuts: what of the source is left out between frames, which then follow each other at once.

    Attributes:
        notes: what of the source is lost, a line each.

    Raises:
        OmoteError: it cannot be written there.
    """

    next_frame, deep = 0, False

    def __init__(
        self, path: Path, like: SourceFacts, *, part: bool = False, touch: LastTouch | None = None, cuts: Cuts = NONE
    ) -> None:
        self._touch, self._cuts = touch, cuts
        self._path, self._file, self._like, self._part = path, part_name(path), like, part
        self.notes = ("GIF holds no sound: left out",) if like.sound_streams else ()
        self._start: int | None = None
        with explained(path), explained_muxing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._output = av.open(str(self._file.absolute()), "w", format="gif")
            self._stream = self._output.add_stream("gif", rate=like.rate)
            self._stream.width, self._stream.height, self._stream.pix_fmt = like.width, like.height, "pal8"
            self._stream.codec_context.time_base = _TICK
        self._graph = _palettes(like)

    def write(self, frame: Frame) -> None:
        """Add a frame.

        Raises:
            MediaError: the frame has another size than the animation, or alpha.
            OmoteError: the disk is full, or another fault of the system.
        """
        check_frame(frame, self._like, self._path, alpha=False)
        frame = self._cuts.closed(frame, self._like.time_base)
        if self._start is None:
            self._start = frame.pts if self._part else 0
        picture = VideoFrame.from_ndarray(eight_bits(frame.rgb), format="rgb24")
        picture.pts, picture.time_base = frame.pts - self._start, self._like.time_base
        with explained(self._path), explained_muxing(self._path):
            self._graph.vpush(picture)
            self._pull()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.unlink(missing_ok=True)
            with suppress(av.FFmpegError, OSError):
                self._output.close()

    def _pull(self) -> None:
        while True:
            try:
                picture = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            self._output.mux(self._stream.encode(picture))

    def _finish(self) -> None:
        if self._start is None:
            raise MediaError("no frame was given to write", self._path)
        with explained(self._path), explained_muxing(self._path):
            self._graph.vpush(None)
            self._pull()
            self._output.mux(self._stream.encode(None))
            self._output.close()
            if self._touch is not None:
                self._touch.do(self._file, self._path.name)
            sync(self._file)
            self._file.replace(self._path)
            sync(self._path.parent)


def _palettes(like: SourceFacts) -> Graph:
    graph = Graph()
    first = graph.add_buffer(
        width=like.width, height=like.height, format=VideoFormat("rgb24"), time_base=like.time_base
    )
    both, chosen = graph.add("split"), graph.add("palettegen", "stats_mode=single")
    used, last = graph.add("paletteuse", "new=1:dither=sierra2_4a"), graph.add("buffersink")
    first.link_to(both)
    both.link_to(used, 0, 0)
    both.link_to(chosen, 1, 0)
    chosen.link_to(used, 0, 1)
    used.link_to(last)
    graph.configure()
    return graph

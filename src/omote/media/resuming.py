"""Videos out that outlive a broken run: coded in closed pieces, laid end to end when all frames are there."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.container import OutputContainer

from omote.core.errors import MediaError, OmoteError
from omote.core.files import LastTouch, explained
from omote.core.types import Frame
from omote.media.choosing import choose
from omote.media.config import EncodeConfig
from omote.media.cuts import NONE, Cuts
from omote.media.encode import check_frame
from omote.media.encoder import Encoder, picture_stream
from omote.media.facts import SourceFacts
from omote.media.film import Film, explained_muxing
from omote.media.pieces import Piece, Pieces
from omote.media.track import Start, track_of

PIECE, SECONDS = 250, 120.0
"""Frames of a piece, and seconds of work, if these are over first: what a killed run loses at most.

Each piece begins with a whole picture and its encoder looks no further than its end. 300 frames of 720p in H.264 took,
in pieces of 250 frames, 0.997 times the bytes and the same CPU time as in one, in H.265 0.999 times; of 100, 50 and 25
frames 1.16, 1.14 and 1.26 times the bytes.
"""


class ResumingSink:
    """A video being written in pieces beside its name. Use it in a `with` block.

    A block that ends badly leaves the pieces, and the next sink with the same key goes on at `next_frame`.

    Args:
        path: the final name, ending in one of `VIDEO_SUFFIXES`.
        like: the source whose timing, colour and sound it takes.
        settings: how it is encoded.
        key: what the frames depend on besides the source and the settings.
        alpha: whether frames say how much each pixel covers.
        part: whether they are a part of the source only: then time begins with the first, and sound is cut with them.
        every: one frame of so many of the source is written.
        metadata: said of the whole film.
        touch: what is done to it before it takes its name.
        cuts: what of the source is left out between frames, which then follow each other at once.
        length: frames of a piece.
        seconds: of work after which a piece ends that is shorter.

    Attributes:
        next_frame: the smallest index of a frame that is still wanted.
        notes: what of the source is lost, a line each.
        deep: whether frames of 16 bits are worth making.

    Raises:
        MediaError: settings, container and source do not go together, or the source cannot be read again.
        OmoteError: it cannot be written there.
    """

    def __init__(
        self,
        path: Path,
        like: SourceFacts,
        settings: EncodeConfig,
        key: str,
        *,
        alpha: bool = False,
        part: bool = False,
        every: int = 1,
        metadata: Mapping[str, str] | None = None,
        touch: LastTouch | None = None,
        cuts: Cuts = NONE,
        length: int = PIECE,
        seconds: float = SECONDS,
    ) -> None:
        self._choice, self._track = (
            choose(path, like, settings, alpha=alpha),
            cuts.of_track(track_of(like), like.time_base),
        )
        self._path, self._like, self._alpha, self._part = path, like, alpha, part
        self._metadata, self._touch, self._length, self._every = metadata or {}, touch, length, every
        self._seconds, self._began, self._cuts = seconds, 0.0, cuts
        trial = Film(path, like, self._track, self._choice, self._metadata)  # what does not fit is said before any work
        trial.drop()
        self.notes = trial.notes
        self.deep = min(like.depth, self._choice.layout.depth) > 8
        versions = (av.__version__, av.ffmpeg_version_info, self._choice.encoder)
        depends = (key, like.fingerprint, settings.model_dump(mode="json"), alpha, part, every, str(cuts), *versions)
        self._pieces = Pieces(path.with_name(f".{path.name}.pieces"), depends)
        self.next_frame = self._pieces.closed[-1].last + 1 if self._pieces.closed else 0
        self._waiting: Frame | None = None
        self._begin: Start | None = None  # of the piece in hand
        self._last, self._count = -1, 0
        self._encoder: Encoder | None = None
        self._nowhere: OutputContainer | None = None

    def write(self, frame: Frame) -> None:
        """Add a frame; its time must be later than that of the frame before.

        Raises:
            MediaError: the frame has another size than the video or alpha it cannot hold, was written already, or
                cannot be encoded.
            OmoteError: the disk is full, or another fault of the system.
        """
        check_frame(frame, self._like, self._path, alpha=self._alpha)
        frame = self._cuts.closed(frame, self._like.time_base)
        if frame.index < self.next_frame:
            raise MediaError(f"frame {frame.name} was written by the run before", self._path)
        if self._waiting is not None:
            self._encode(self._waiting, frame.pts - self._waiting.pts)
            if self._count >= self._length or time.monotonic() - self._began >= self._seconds:
                self._close(frame.pts)
        self._waiting = frame  # until the next one says how long it is shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            if self._waiting is not None:
                with suppress(OmoteError):  # what made the block end is told, not this
                    self._close(self._waiting.pts)
            self._pieces.leave()
            return
        self._finish()
        self._pieces.drop()

    def _encode(self, frame: Frame, duration: int) -> None:
        if self._encoder is None:
            self._begin, self._began = Start(frame.index, frame.pts), time.monotonic()
            first = (self._pieces.start or self._begin) if self._part else None
            self._nowhere = av.open(os.devnull, "w", format="null")
            stream = picture_stream(self._nowhere, self._like, self._track, self._choice)
            self._encoder = Encoder(stream, self._like, self._track, self._choice, first.pts if first else 0)
        with explained_muxing(self._path):
            self._pieces.add(self._encoder.encode(frame, duration))
        self._last, self._count = frame.index, self._count + 1

    def _close(self, end: int, *, last: bool = False) -> None:
        """Close the piece in hand, whose last frame's time is over at `end`."""
        encoder, self._encoder = self._encoder, None  # it can be ended once only
        if encoder is None or self._begin is None:
            return
        with explained_muxing(self._path):
            self._pieces.add(encoder.finish(end if last else None))
        self._pieces.close(Piece(self._begin.index, self._begin.pts, self._last, end))
        if self._nowhere is not None:
            self._nowhere.close()  # it and its stream hold each other, and with them all that the encoder took
        self._nowhere, self._count = None, 0

    def _finish(self) -> None:
        if self._waiting is not None:
            duration = self._track.duration_of_last(self._waiting, self._like, self._every)
            self._encode(self._waiting, duration)
            self._close(self._waiting.pts + duration, last=True)
        start = self._pieces.start
        if start is None:
            self._pieces.drop()
            raise MediaError("no frame was given to write", self._path)
        begin = start if self._part else None
        film = Film(self._path, self._like, self._track, self._choice, self._metadata, begin, self._touch, self._cuts)
        try:
            self._lay_together(film, start.pts if self._part else 0)
        except BaseException:
            film.drop()
            raise

    def _lay_together(self, film: Film, start: int) -> None:
        tick = self._like.time_base
        with explained(self._path):
            for packet in self._pieces.packets():
                packet.stream, packet.time_base = film.stream, tick
                film.mux([packet], ((packet.pts or 0) + start) * tick)
        film.finish(self._pieces.closed[-1].end * tick if self._part else None)


def can_resume(path: Path, like: SourceFacts, settings: EncodeConfig, *, alpha: bool = False) -> bool:
    """Whether a video can be coded in pieces: not GIF, nor VP9 with alpha, whose packets are not all there is of it."""
    choice = choose(path, like, settings, alpha=alpha)
    return choice.codec != "gif" and not (choice.codec == "vp9" and choice.layout.alpha)

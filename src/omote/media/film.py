"""A film on its way to its name: pictures and everything that passes through, whole at the end or not there at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.video.stream import VideoStream

from omote.core.errors import MediaError
from omote.core.files import LastTouch, explained, part_name, sync
from omote.media.choosing import Choice
from omote.media.cuts import NONE, Cuts
from omote.media.encoder import picture_stream
from omote.media.facts import SourceFacts
from omote.media.hdr import hdr_options
from omote.media.passing import Passing
from omote.media.track import Start, Track

VIDEO_SUFFIXES = (".mp4", ".mkv", ".mov", ".webm")


class Film:
    """A container being written under a temporary name.

    Args:
        path: the final name, ending in one of `VIDEO_SUFFIXES`.
        like: the source whose sound and other streams it takes.
        track: how the source's pictures are coded and timed.
        choice: how these are coded.
        metadata: said of the whole film, over what the source says.
        start: where in the source it begins, if it holds a part only; then its time begins at 0.
        touch: what is done to it before it takes its name.
        cuts: what of the source is left out in between; times of the film do not count it.

    Attributes:
        stream: of the pictures.
        notes: what of the source is lost, a line each.

    Raises:
        MediaError: the container cannot hold the source's sound, or the source cannot be read again.
        OmoteError: it cannot be written there.
    """

    def __init__(
        self,
        path: Path,
        like: SourceFacts,
        track: Track,
        choice: Choice,
        metadata: Mapping[str, str],
        start: Start | None = None,
        touch: LastTouch | None = None,
        cuts: Cuts = NONE,
    ) -> None:
        self._path, self._part, self._touch = path, part_name(path), touch
        self._passing: Passing | None = None
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        options = _container_options(like, track, path)
        self._output = av.open(str(self._part.absolute()), "w", container_options=options)
        try:
            self.stream = picture_stream(self._output, like, track, choice)
            if like.kind == "video":
                self._passing = Passing(like.path, self._output, self.stream, path, start, cuts)
            self._output.metadata.update(metadata)
            with explained(path), explained_muxing(path):
                self._output.start_encoding()
        except BaseException:
            self.drop()
            raise
        passed = self._passing.notes if self._passing else []
        self.notes = (*choice.notes, *passed, *_lost_light(track, choice))

    def mux(self, packets: "Sequence[Packet[VideoStream]]", until: Fraction) -> None:
        """Add packets of pictures, and what passes through up to a time of the source in seconds."""
        with explained(self._path), explained_muxing(self._path):
            if self._passing:
                self._passing.until(until)
            self._output.mux(packets)

    def finish(self, end: Fraction | None = None) -> None:
        """Add what is left to pass through, and give the film its name.

        Args:
            end: the time of the source, in seconds, after which nothing passes; None: all does.
        """
        with explained(self._path), explained_muxing(self._path):
            if self._passing:
                if end is not None:
                    self._passing.end(end)
                self._passing.until(None)
                self._passing.close()
            self._output.close()
            if self._touch is not None:
                self._touch.do(self._part, self._path.name)
            sync(self._part)
            self._part.replace(self._path)
            sync(self._path.parent)

    def drop(self) -> None:
        """Leave nothing of it."""
        self._part.unlink(missing_ok=True)  # first, or closing would still move the index of a film to its front
        with suppress(av.FFmpegError, OSError):
            self._output.close()
        if self._passing:
            self._passing.close()


@contextmanager
def explained_muxing(path: Path) -> Iterator[None]:
    """Turn what FFmpeg says about writing `path` into one line for the user.

    Raises:
        MediaError: FFmpeg cannot write it.
    """
    try:
        yield
    except OSError:  # the system's faults are explained elsewhere
        raise
    except av.FFmpegError as fault:
        raise MediaError(f"cannot be written ({fault.strerror})", path) from fault


def _container_options(like: SourceFacts, track: Track, path: Path) -> dict[str, str]:
    if path.suffix.lower() in (".mkv", ".webm"):
        return {"avoid_negative_ts": "disabled"}  # else sound that starts early shifts the picture
    ticks, own = str(track.ticks), str(like.time_base.denominator)
    return {"movflags": "faststart", "video_track_timescale": own, "movie_timescale": ticks}


def _lost_light(track: Track, choice: Choice) -> list[str]:
    lost = []
    if track.hdr and hdr_options(choice.encoder, track.hdr) is None:
        lost.append(f"{choice.codec} cannot hold the source's HDR metadata (mastering screen, light level): left out")
    if track.changing:
        lost.append(f"the source's {track.changing} metadata cannot be carried over: left out")
    return lost

"""Videos out: H.264 with the source's timing, colour and sound, under the final name only when all of it is written.

A frame comes out at exactly the time it had in the source in .mp4 and .mov; .mkv counts in milliseconds, so there it is
rounded to the nearest. yuv420p has no odd sizes: there the last column or row is repeated once. Frames are written
upright, so no rotation is noted in the file, and their pixels are square.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.codec.context import Flags
from av.packet import Packet
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from omote.core.errors import MediaError
from omote.core.files import explained, part_name, sync
from omote.core.types import Frame, Picture
from omote.media.colour import to_yuv
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.sound import Sound, refusal
from omote.media.track import Track, track_of

VIDEO_SUFFIXES = (".mp4", ".mkv", ".mov")


class VideoSink:
    """A video being written. Use it in a `with` block; only a block that ends well leaves a file.

    Args:
        path: the final name, ending in one of `VIDEO_SUFFIXES`.
        like: the source whose timing, colour and sound it takes.
        settings: how it is encoded.

    Raises:
        MediaError: the container cannot hold the source's sound, or the source cannot be read again.
        OmoteError: it cannot be written there.
    """

    def __init__(self, path: Path, like: SourceFacts, settings: EncodeConfig) -> None:
        self._path, self._part, self._like = path, part_name(path), like
        self._pixels, self._reformatter = settings.pixels, VideoReformatter()
        self._track = track_of(like)
        self._sound: Sound | None = None
        self._waiting: Frame | None = None
        self._delay: int | None = None  # how long the first frame is decoded before it is shown
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        options = _container_options(like, self._track, path)
        self._output = av.open(str(self._part.absolute()), "w", container_options=options)
        try:
            self._stream = self._picture_stream(settings)
            self._sound = Sound(like.path, self._output, path) if like.sound_streams else None
            refused = refusal(path, self._sound.tracks) if self._sound else None
            with explained(path), _explained_muxing(path, refused):
                self._output.start_encoding()
        except BaseException:
            self._drop()
            raise

    def write(self, frame: Frame) -> None:
        """Add a frame; its time must be later than that of the frame before.

        Raises:
            MediaError: the frame has another size than the video, or it cannot be encoded.
            OmoteError: the disk is full, or another fault of the system.
        """
        height, width, _ = frame.rgb.shape
        if (width, height) != (self._like.width, self._like.height):
            expected = f"{self._like.width}x{self._like.height}"
            raise MediaError(f"frame {frame.name} is {width}x{height}, the video {expected}", self._path)
        if self._waiting is not None:
            self._encode(self._waiting, frame.pts - self._waiting.pts)
        self._waiting = frame  # until the next one says how long it is shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._drop()
            return
        try:
            self._finish()
        except BaseException:
            self._drop()
            raise

    def _picture_stream(self, settings: EncodeConfig) -> VideoStream:
        stream = self._output.add_stream(
            "libx264", rate=self._like.rate, options={"crf": str(settings.crf), "preset": settings.preset}
        )
        step = 2 if settings.pixels == "yuv420p" else 1
        stream.width, stream.height = (-(-size // step) * step for size in (self._like.width, self._like.height))
        stream.pix_fmt = settings.pixels
        context, colour = stream.codec_context, self._track.colour
        context.time_base = self._like.time_base
        context.flags |= Flags.frame_duration
        context.colorspace, context.color_range = colour.matrix, colour.range
        context.color_primaries, context.color_trc = colour.primaries, colour.transfer
        return stream

    def _encode(self, frame: Frame, duration: int) -> None:
        picture = to_yuv(self._reformatter, self._padded(frame.rgb), self._track.colour, self._pixels)
        picture.pts, picture.time_base, picture.duration = frame.pts, self._like.time_base, duration
        with explained(self._path), _explained_muxing(self._path):
            if self._sound:
                self._sound.until(frame.pts * self._like.time_base)
            self._output.mux(self._coded(picture))

    def _coded(self, picture: av.VideoFrame | None) -> "list[Packet[VideoStream]]":
        packets = self._stream.encode(picture)
        if packets and self._delay is None:
            self._delay = (packets[0].pts or 0) - (packets[0].dts or 0)
        return packets

    def _padded(self, rgb: Picture) -> Picture:
        down, across = self._stream.height - rgb.shape[0], self._stream.width - rgb.shape[1]
        return np.pad(rgb, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else rgb

    def _finish(self) -> None:
        if self._waiting is None:
            raise MediaError("no frame was given to write", self._path)
        duration = self._track.duration_of_last(self._waiting, self._like)
        self._encode(self._waiting, duration)
        with explained(self._path), _explained_muxing(self._path):
            packets = self._coded(None)
            if packets:
                _end_at(packets[-1], self._waiting.pts + duration, self._delay)
            self._output.mux(packets)
            if self._sound:
                self._sound.until(None)
                self._sound.close()
            self._output.close()
            sync(self._part)
            self._part.replace(self._path)
            sync(self._path.parent)

    def _drop(self) -> None:
        self._part.unlink(missing_ok=True)  # first, or closing would still move the index of a film to its front
        with suppress(av.FFmpegError, OSError):
            self._output.close()
        if self._sound:
            self._sound.close()


def _end_at(packet: "Packet[VideoStream]", end: int, delay: int | None) -> None:
    """Make a track end with its last frame: its length is counted from the packet coded last, which another may be."""
    if packet.pts is not None and packet.dts is not None:
        packet.duration = end - packet.pts
        packet.dts = max(packet.dts, packet.pts - (delay or 0))


@contextmanager
def _explained_muxing(path: Path, refused: MediaError | None = None) -> Iterator[None]:
    try:
        yield
    except OSError:  # the system's faults are explained elsewhere
        raise
    except av.FFmpegError as fault:
        raise refused or MediaError(f"cannot be written ({fault.strerror})", path) from fault


def _container_options(like: SourceFacts, track: Track, path: Path) -> dict[str, str]:
    if path.suffix.lower() == ".mkv":
        return {"avoid_negative_ts": "disabled"}  # else sound that starts early shifts the picture
    ticks, own = str(track.ticks), str(like.time_base.denominator)
    return {"movflags": "faststart", "video_track_timescale": own, "movie_timescale": ticks}

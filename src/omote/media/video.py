"""Videos in: frames upright, with square pixels, in RGB, in order of presentation and with their own times.

Frames are decoded one after the other from the beginning; nothing is kept but the one in hand. Interlaced frames are
not taken apart.
"""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from omote.core.errors import MediaError
from omote.core.types import Frame
from omote.media.colour import depth_of, to_deep_rgb, to_rgb
from omote.media.facts import SourceFacts, file_fingerprint
from omote.media.reading import explained_reading, open_container, video_stream
from omote.media.upright import Orientation, orientation_of
from omote.media.whole import Tally, frame_count


class VideoSource:
    """A video file.

    Raises:
        MediaError: it cannot be opened or not even its first frame decodes.
    """

    def __init__(self, path: Path) -> None:
        with explained_reading(path), open_container(path) as container:
            stream = video_stream(container, path)
            first = next(container.decode(stream), None)
            if first is None:
                raise MediaError("no frame of it can be decoded", path, "check that it was copied whole")
            self._size = _square(first, stream.sample_aspect_ratio)
            self._orientation = orientation_of(first)
            width, height = self._size[:: -1 if self._orientation.transpose else 1]
            self._as_coded = self._orientation == Orientation() and self._size == (first.width, first.height)
            self.facts = SourceFacts(
                path=path,
                kind="video",
                width=width,
                height=height,
                frames=frame_count(container, stream),
                time_base=stream.time_base or Fraction(1, 1000),
                rate=stream.average_rate or stream.guessed_rate or Fraction(25),
                sound_streams=len(container.streams.audio),
                fingerprint=file_fingerprint(path),
                pixels=first.format.name,
                depth=depth_of(first.format),
            )

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Give the frames from number `start` on; those before are decoded but not converted.

        Args:
            start: number of the first one given.
            deep: in 16 bits, where the film has more than 8.

        Raises:
            MediaError: the video breaks off or cannot be decoded further; the frames before that have been given.
        """
        path, reformatter, index, last = self.facts.path, VideoReformatter(), 0, None
        convert = to_deep_rgb if deep and self.facts.depth > 8 else to_rgb
        with open_container(path) as container:
            stream = video_stream(container, path)
            stream.thread_type = "AUTO"
            tally = Tally(container, stream, path)
            clock = _Clock(container, self.facts)
            try:
                for decoded in _decoded(container, stream, tally, clock):
                    last, pts = decoded.pts, clock.time_of(decoded)
                    if index >= start:
                        rgb = self._orientation.apply(convert(reformatter, decoded, *self._size))
                        origin = decoded if self._as_coded else None
                        yield Frame(index, pts, f"{path.stem}_{index + 1:06d}", rgb, origin=origin)
                    index += 1
            except av.FFmpegError as fault:
                raise self._broken(index) from fault
            if tally.missing(last):
                raise self._broken(index)

    def _broken(self, index: int) -> MediaError:
        count = f" of {self.facts.frames}" if self.facts.frames > index else ""
        return MediaError(
            f"the video breaks off at frame {index + 1}{count}", self.facts.path, "copy it again or repair it"
        )


class _Clock:
    """Gives every frame its time: its own where it has one, and always later than that of the frame before."""

    def __init__(self, container: InputContainer, facts: SourceFacts) -> None:
        self._step = max(1, round(1 / (facts.rate * facts.time_base)))
        self._last: int | None = None
        # AVI knows the order of packets only: the n-th frame shown takes the time of the n-th packet.
        self._slots: deque[int] | None = deque() if container.format.name == "avi" else None

    def packet(self, dts: int | None) -> None:
        """Note the decoding time of a packet."""
        if self._slots is not None and dts is not None:
            self._slots.append(dts)

    def time_of(self, frame: VideoFrame) -> int:
        """Return the frame's time in units of the time base."""
        own = self._slots.popleft() if self._slots else frame.pts
        if self._last is None:
            self._last = own or 0
        else:
            self._last = max(self._last + 1, self._last + self._step if own is None else own)
        return self._last


def _decoded(container: InputContainer, stream: VideoStream, tally: Tally, clock: _Clock) -> Iterator[VideoFrame]:
    for packet, following in pairwise(container.demux(stream)):  # the last one is the empty one that ends a stream
        if packet.is_corrupt and not following.size:  # half a packet, where the file was cut off
            tally.cut = True
            break
        if packet.size:
            tally.packet(packet)
            clock.packet(packet.dts)
            yield from stream.decode(packet)
    yield from stream.decode(None)


def _square(frame: VideoFrame, aspect: Fraction | None) -> tuple[int, int]:
    """Return the size at which a stored frame has square pixels: the wider way, so that no detail is lost."""
    if not aspect or aspect == 1:
        return frame.width, frame.height
    if aspect > 1:
        return round(frame.width * aspect), frame.height
    return frame.width, round(frame.height / aspect)

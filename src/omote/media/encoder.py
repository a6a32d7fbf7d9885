"""Frames to packets: each in the pixel format of its codec, at its own time, shown until the next one comes."""

import os
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from omote.core.types import Frame
from omote.media.choosing import Choice
from omote.media.codecs import Options
from omote.media.colour import colour_of, to_coded
from omote.media.facts import SourceFacts
from omote.media.hdr import hdr_options
from omote.media.planes import Repainter, with_alpha
from omote.media.track import Track

_RGB = 0  # AVCOL_SPC_RGB
_APPLE = {"libx265": "hvc1", "hevc_nvenc": "hvc1", "hevc_qsv": "hvc1", "hevc_amf": "hvc1"}  # it plays no hev1


def picture_stream(output: OutputContainer, like: SourceFacts, track: Track, choice: Choice) -> VideoStream:
    """Add the stream of pictures to an output.

    Args:
        output: a container whose header is not yet written.
        like: the source, for size and rate.
        track: how its pictures are coded.
        choice: how these are to be.
    """
    if choice.encoder == "libsvtav1":
        os.environ.setdefault("SVT_LOG", "1")  # errors only; it writes to the terminal past everyone
    options = _laid_together(choice.options, (track.hdr and hdr_options(choice.encoder, track.hdr)) or {})
    stream = cast(VideoStream, output.add_stream(choice.encoder, rate=like.rate, options=options))
    step = 1 if choice.layout.chroma in ("444", "rgb") else 2
    stream.width, stream.height = (-(-size // step) * step for size in (like.width, like.height))
    stream.pix_fmt = choice.layout.coded
    stream.thread_type = "AUTO"
    context, colour = stream.codec_context, track.colour
    context.time_base = like.time_base
    context.flags |= Flags.frame_duration | Flags.global_header
    rgb = choice.layout.chroma == "rgb"
    context.colorspace, context.color_range = (_RGB, 2) if rgb else (colour.matrix, colour.range)
    context.color_primaries, context.color_trc = colour.primaries, colour.transfer
    if choice.encoder in _APPLE and output.format.name in ("mp4", "mov"):
        context.codec_tag = _APPLE[choice.encoder]
    return stream


class Encoder:
    """A stream of pictures being coded.

    Args:
        stream: from `picture_stream`.
        like: the source.
        track: how its pictures are coded.
        choice: how these are.
        start: the time of the source that becomes 0, in units of its time base.
    """

    def __init__(self, stream: VideoStream, like: SourceFacts, track: Track, choice: Choice, start: int = 0) -> None:
        self._start = start
        self._stream, self._like, self._track, self._layout = stream, like, track, choice.layout
        self._reformatter, self._repainter = VideoReformatter(), Repainter(choice.layout, track.colour)
        self._delay: int | None = None  # how long the first frame is decoded before it is shown

    def encode(self, frame: Frame, duration: int) -> "list[Packet[VideoStream]]":
        """Code a frame; packets come when the encoder has looked ahead far enough.

        Args:
            frame: of the source's size; its time is later than that of the one before.
            duration: how long it is shown, in units of the source's time base.
        """
        picture = self._picture(frame)
        picture.pict_type = 0  # else the new encoder would repeat the old one's choice of whole pictures
        picture.pts, picture.time_base, picture.duration = frame.pts - self._start, self._like.time_base, duration
        packets = self._stream.encode(picture)
        self._note_delay(packets)
        return packets

    def finish(self, end: int | None) -> "list[Packet[VideoStream]]":
        """Return the packets that are left.

        Args:
            end: when the track ends, a time of the source in units of its time base; None where others follow.
        """
        packets = self._stream.encode(None)
        if self._delay is None:
            _order(packets)
            self._note_delay(packets)
        if packets and end is not None:
            _end_at(packets[-1], end - self._start, self._delay)
        return packets

    def _picture(self, frame: Frame) -> VideoFrame:
        kept = self._kept(frame)
        if kept is not None and frame.changed is not None:
            return self._repainter.repainted(kept, frame.rgb, frame.changed)
        picture = to_coded(self._reformatter, self._padded(frame.rgb), self._track.colour, self._layout.name)
        if self._layout.alpha:
            with_alpha(picture, frame.alpha)
        return picture

    def _kept(self, frame: Frame) -> VideoFrame | None:
        """Return the coded frame whose planes can be kept where nothing was changed; None where none can be."""
        origin = frame.origin
        if not isinstance(origin, VideoFrame) or self._layout.alpha:
            return None
        same_size = (origin.width, origin.height) == (self._stream.width, self._stream.height)
        same_samples = origin.format.name.replace("yuvj", "yuv") == self._layout.name
        return origin if same_size and same_samples and _same_colour(origin, self._track) else None

    def _note_delay(self, packets: "list[Packet[VideoStream]]") -> None:
        if packets and self._delay is None:
            self._delay = (packets[0].pts or 0) - (packets[0].dts or 0)

    def _padded(self, rgb: npt.NDArray[Any]) -> npt.NDArray[Any]:
        down, across = self._stream.height - rgb.shape[0], self._stream.width - rgb.shape[1]
        return np.pad(rgb, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else rgb


def _same_colour(origin: VideoFrame, track: Track) -> bool:
    own = colour_of(origin)
    return origin.format.is_rgb or (own.swscale, own.full) == (track.colour.swscale, track.colour.full)


def _order(packets: "list[Packet[VideoStream]]") -> None:
    """Give the packets of a whole track their times of decoding: x265 gives nonsense to one shorter than its queue.

    Each is decoded when a frame is shown that many frames before it, as many as the order needs.
    """
    shown = [packet.pts or 0 for packet in packets]
    times = sorted(shown)
    late = max((place - times.index(time) for place, time in enumerate(shown)), default=0)
    lead = times[late] - times[0] if packets else 0
    for place, packet in enumerate(packets):
        packet.dts = times[place - late] if place >= late else times[place] - lead


def _end_at(packet: "Packet[VideoStream]", end: int, delay: int | None) -> None:
    """Make a track end with its last frame: its length is counted from the packet coded last, which another may be."""
    if packet.pts is not None and packet.dts is not None:
        packet.duration = end - packet.pts
        packet.dts = max(packet.dts, packet.pts - (delay or 0))


def _laid_together(options: Mapping[str, str], more: Mapping[str, str]) -> Options:
    both = dict(options)
    for name, value in more.items():
        both[name] = f"{both[name]}:{value}" if name in both else value
    return both

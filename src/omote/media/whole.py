"""Whether all of a video came out of its file. A file that was cut off must not pass for a shorter film.

A damaged place that the decoder conceals is not seen, and formats that promise no length (MPEG-TS, MPEG-PS, raw
streams) can end anywhere.
"""

import re
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


class Tally:
    """Counts what comes out of a stream and says at the end whether something is missing."""

    def __init__(self, container: InputContainer, stream: VideoStream, path: Path) -> None:
        self._family, self._stream, self._path = container.format.name, stream, path
        self._packets = self._slots = 0
        self._last_due: int | None = None
        self._end = 0
        self.cut = False

    def packet(self, packet: "Packet[VideoStream]") -> None:
        """Count a packet that is about to be decoded."""
        self._packets += 1
        if packet.dts is not None:
            self._slots = packet.dts + 1
        if packet.pts is not None and not packet.is_discard:
            self._last_due = packet.pts if self._last_due is None else max(self._last_due, packet.pts)
            self._end = max(self._end, packet.pts + (packet.duration or 1))

    def missing(self, last_shown: int | None) -> bool:
        """Whether frames are missing, where `last_shown` is the time that the decoder gave the last frame."""
        if self.cut:
            return True
        if self._family == "avi":  # its header counts the moments of the film; the last may have no new frame
            return self._slots + (self._stream.average_rate or 0) < self._stream.frames
        if self._last_due is not None and (last_shown is None or last_shown < self._last_due):
            return True
        if self._family.startswith("mov"):
            return self._packets < len(self._stream.index_entries)
        return self._family.startswith("matroska") and self._ends_early()

    def _ends_early(self) -> bool:
        end, short = stream_end(self._stream), self._path.stat().st_size < segment_end(self._path)
        if end is None or self._stream.time_base is None:
            return short
        rate = self._stream.average_rate
        slack = round(1 / (rate * self._stream.time_base)) if rate and not short else 0  # writers round differently
        return self._end + slack < end


def frame_count(container: InputContainer, stream: VideoStream) -> int:
    """Return the container's count of frames that are shown, or an estimate by time, or 0 when it says nothing."""
    if container.format.name.startswith("mov"):
        counted = sum(not entry.is_discard for entry in stream.index_entries)
        if counted:
            return counted
    rate, end = stream.average_rate or stream.guessed_rate, stream_end(stream)
    if stream.frames or not rate:
        return stream.frames
    if end is not None and stream.time_base is not None:
        return max(0, round((end - (stream.start_time or 0)) * stream.time_base * rate))
    return max(0, round((container.duration or 0) * rate / 1_000_000))


def stream_end(stream: VideoStream) -> int | None:
    """Return when the last frame of a stream ends, in units of its time base; None when the container does not say."""
    if stream.duration is not None:
        return (stream.start_time or 0) + stream.duration
    tag = re.fullmatch(r"(\d+):(\d+):(\d+\.\d+)", stream.metadata.get("DURATION", ""))  # Matroska's way
    if tag is None or stream.time_base is None:
        return None
    hours, minutes, seconds = tag.groups()
    return round((int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)) / stream.time_base)


def segment_end(path: Path) -> int:
    """Return how long a Matroska file says it is, in bytes; 0 when it does not say."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.startswith(_EBML):
        return 0
    size, at = _varint(head, len(_EBML))
    start = at + (size or 0)
    if head[start : start + len(_SEGMENT)] != _SEGMENT:
        return 0
    size, at = _varint(head, start + len(_SEGMENT))
    return 0 if size is None else at + size


def _varint(data: bytes, at: int) -> tuple[int | None, int]:
    """Read a number of variable length: its value, None for the reserved "not known", and where it ends."""
    length = 9 - data[at].bit_length()
    mask = (1 << 7 * length) - 1
    value = int.from_bytes(data[at : at + length], "big") & mask
    return (None if value == mask else value), at + length

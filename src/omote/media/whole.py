"""Whether all of a video came out of its file. A file that was cut off must not pass for a shorter film.

A damaged place that the decoder conceals is not seen, and formats that promise no length (MPEG-TS, MPEG-PS, raw
streams) can end anywhere.
"""

from pathlib import Path

from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


class Tally:
    """Counts what comes out of a stream and says at the end whether something is missing."""

    def __init__(self, container: InputContainer, stream: VideoStream, path: Path) -> None:
        self._family, self._stream, self._path = container.format.name, stream, path
        self._packets = self._end = 0
        self._last_due: int | None = None
        self.cut = False

    def packet(self, packet: "Packet[VideoStream]") -> None:
        """Count a packet that is about to be decoded."""
        self._packets += 1
        if packet.dts is not None:
            self._end = max(self._end, packet.dts + 1)
        if packet.pts is not None and not packet.is_discard:
            self._last_due = packet.pts if self._last_due is None else max(self._last_due, packet.pts)

    def missing(self, last_shown: int | None) -> bool:
        """Whether frames are missing, where `last_shown` is the time that the decoder gave the last frame."""
        if self.cut:
            return True
        if self._family == "avi":  # its header counts the moments of the film, also those without a new frame
            return self._end < self._stream.frames
        if self._last_due is not None and (last_shown is None or last_shown < self._last_due):
            return True
        if self._family.startswith("mov"):
            return self._packets < len(self._stream.index_entries)
        return self._family.startswith("matroska") and self._path.stat().st_size < segment_end(self._path)


def frame_count(container: InputContainer, stream: VideoStream) -> int:
    """Return the container's count of frames that are shown, or an estimate by time, or 0 when it says nothing."""
    if container.format.name.startswith("mov"):
        counted = sum(not entry.is_discard for entry in stream.index_entries)
        if counted:
            return counted
    if stream.frames:
        return stream.frames
    rate = stream.average_rate or stream.guessed_rate
    if rate is None or container.duration is None:
        return 0
    return max(0, round(container.duration * rate / 1_000_000))


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

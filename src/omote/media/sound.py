"""Sound tracks carried over from the source, packet for packet: nothing is decoded, so nothing is lost.

The source is opened a second time and its sound read just ahead of the picture, so that memory does not grow with the
length of a film.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Discard

from omote.core.errors import MediaError
from omote.media.reading import explained_reading, open_container

_KEPT = ("language", "title", "handler_name")  # what names a track; the rest is about the file it lay in


class Sound:
    """The sound tracks of a source on their way into an output.

    Args:
        source: the video they come from.
        output: the container they go to, before its header is written.
        path: the output's final name, for messages.

    Attributes:
        tracks: the sound tracks of the source; at least one.

    Raises:
        MediaError: the output cannot hold a track's codec.
    """

    def __init__(self, source: Path, output: OutputContainer, path: Path) -> None:
        self._source, self._output = source, output
        self._input = open_container(source)
        for stream in self._input.streams:
            if stream.type != "audio":
                stream.discard = Discard.all
        self.tracks = self._input.streams.audio
        self._outlets = {track.index: _outlet(track, output, path) for track in self.tracks}
        self._packets: Iterator[Packet[AudioStream]] = self._input.demux(self.tracks)
        self._next: Packet[AudioStream] | None = None
        self._before: dict[int, int] = {}  # when the packet before began, by track

    def until(self, time: Fraction | None) -> None:
        """Write the packets up to a time in seconds, or all that are left.

        Raises:
            MediaError: the source's sound cannot be read.
            OSError: the output cannot be written.
        """
        while packet := self._next or self._read():
            if time is not None and packet.dts is not None and packet.dts * packet.time_base > time:
                self._next = packet
                return
            self._next = None
            packet.stream = self._outlets[packet.stream_index]
            self._output.mux(packet)

    def close(self) -> None:
        """Close the source."""
        self._input.close()

    def _read(self) -> "Packet[AudioStream] | None":
        with explained_reading(self._source):
            packet = next((packet for packet in self._packets if packet.size), None)
        if packet and packet.dts is not None:
            before = self._before.get(packet.stream_index)
            if not packet.duration and before is not None:  # else .mp4 ends the track before its last packet
                packet.duration = max(1, packet.dts - before)
            self._before[packet.stream_index] = packet.dts
        return packet


def refusal(path: Path, tracks: Sequence[AudioStream]) -> MediaError:
    """Return the error that says that a container cannot hold some sound, and what can."""
    codecs = " and ".join(sorted({track.codec_context.codec.canonical_name for track in tracks if track.codec_context}))
    other = ".mov" if path.suffix.lower() == ".mkv" else ".mkv"
    what = f"{path.suffix} cannot hold {codecs or 'unknown'} sound"
    return MediaError(what, path, f"choose a name ending in {other}, or convert the sound first")


def _outlet(track: AudioStream, output: OutputContainer, path: Path) -> AudioStream:
    try:
        outlet = output.add_stream_from_template(track)
    except (ValueError, av.FFmpegError) as fault:
        raise refusal(path, [track]) from fault
    context = outlet.codec_context
    if context.layout.name == f"{context.channels} channels":  # not said which is left: .mp4 would fail, at its end
        context.layout = f"{context.channels}c"
    outlet.metadata.update({name: track.metadata[name] for name in _KEPT if name in track.metadata})
    outlet.disposition = track.disposition
    return outlet

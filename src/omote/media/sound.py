"""Sound tracks carried over from the source, packet for packet: nothing is decoded, so nothing is lost.

The source is opened a second time and its sound read just ahead of the picture, so that memory does not grow with the
length of a film.
"""

from collections.abc import Iterator
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

    Raises:
        MediaError: the output cannot hold a track's codec.
    """

    def __init__(self, source: Path, output: OutputContainer, path: Path) -> None:
        self._source, self._output = source, output
        self._input = open_container(source)
        for stream in self._input.streams:
            if stream.type != "audio":
                stream.discard = Discard.all
        tracks = self._input.streams.audio
        self._outlets = {track.index: _outlet(track, output, path) for track in tracks}
        self._packets: Iterator[Packet[AudioStream]] = self._input.demux(tracks) if tracks else iter(())
        self._next: Packet[AudioStream] | None = None

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
            return next((packet for packet in self._packets if packet.size), None)


def _outlet(track: AudioStream, output: OutputContainer, path: Path) -> AudioStream:
    try:
        outlet = output.add_stream_from_template(track)
    except (ValueError, av.FFmpegError) as fault:
        codec = track.codec_context.name if track.codec_context else "unknown"
        raise MediaError(f"{path.suffix} cannot hold the {codec} sound", path, "choose a name ending in .mkv") from fault
    outlet.metadata.update({name: track.metadata[name] for name in _KEPT if name in track.metadata})
    outlet.disposition = track.disposition
    return outlet

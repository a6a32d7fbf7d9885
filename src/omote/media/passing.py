"""Everything but the picture carried over from the source, packet for packet: nothing is decoded, so nothing is lost.

Sound must fit into the container; subtitles, data, attachments and chapters that do not fit are left out, with a note.
The source is opened a second time and read just ahead of the picture, so that memory does not grow with the length of
a film.
"""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.container import OutputContainer
from av.packet import Packet
from av.stream import AttachmentStream, Discard, Disposition, Stream
from av.video.stream import VideoStream

from omote.core.errors import MediaError
from omote.media.cuts import NONE, Cuts
from omote.media.reading import explained_reading, open_container, video_stream
from omote.media.timecode import advanced
from omote.media.track import Start

if TYPE_CHECKING:
    from av.container.core import Chapter

_KEPT = ("language", "title", "handler_name")  # what names a track; the rest is about the file it lay in
_KEPT_OF_ALL = ("title", "artist", "comment", "copyright", "date", "creation_time", "description")
_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
_SPOKEN_OF = {"audio": "sound", "subtitle": "subtitles", "data": "data", "attachment": "attachment", "video": "cover"}


class Passing:
    """The other streams of a source on their way into an output.

    Args:
        source: the video they come from.
        output: the container they go to, before its header is written.
        picture: the stream of pictures in it.
        path: the output's final name, for messages.
        start: where in the source the output begins, if it holds a part only.
        cuts: what of the source is left out in between.

    Attributes:
        notes: what cannot be kept, a line each.

    Raises:
        MediaError: the output cannot hold a sound track's codec.
    """

    def __init__(
        self,
        source: Path,
        output: OutputContainer,
        picture: VideoStream,
        path: Path,
        start: Start | None,
        cuts: Cuts = NONE,
    ) -> None:
        self._source, self._output, self._suffix = source, output, path.suffix.lower()
        self._input = open_container(source)
        self._first, self._start, self._cuts = start, Fraction(0), cuts
        self._end: Fraction | None = None
        self.notes: list[str] = []
        try:
            self._outlets = self._kept(path)
            self._keep_what_is_said(picture)
        except BaseException:
            self.close()
            raise
        tracks = [stream for stream in self._input.streams if stream.index in self._outlets]
        for stream in self._input.streams:
            if stream not in tracks:
                stream.discard = Discard.all
        self._packets: Iterator[Packet[Any]] = self._input.demux(tracks) if tracks else iter(())
        self._next: Packet[Any] | None = None
        self._before: dict[int, int] = {}  # when the packet before began, by track

    def end(self, end: Fraction) -> None:
        """Leave out what begins after a time in seconds, cuts not counted, when the picture ends before the source.

        Chapters of a part are written now, since only now it is known which there are.
        """
        self._end = end
        self._output.set_chapters(self._chapters_until(end))

    def until(self, time: Fraction | None) -> None:
        """Write the packets up to a time of the source in seconds, cuts not counted, or all that are left.

        Raises:
            MediaError: the source cannot be read.
            OSError: the output cannot be written.
        """
        while packet := self._next or self._read():
            if time is not None and packet.dts is not None and self._cuts.moved(packet.dts * packet.time_base) > time:
                self._next = packet
                return
            self._next = None
            if self._outside(packet):
                continue
            self._shift(packet)
            packet.stream = self._outlets[packet.stream_index]
            self._output.mux(packet)

    def close(self) -> None:
        """Close the source."""
        self._input.close()

    def _kept(self, path: Path) -> dict[int, Stream]:
        outlets: dict[int, Stream] = {}
        picture = video_stream(self._input, self._source)
        chapters = len(self._input.chapters())
        for stream in self._input.streams:
            if stream is picture or _is_timecode(stream) or _is_of_chapters(stream, chapters):
                continue  # the container makes the last two by itself
            if stream.type == "video" and not stream.disposition & Disposition.attached_pic:
                self.notes.append("the source has a second film, which would show what was changed here: left out")
            elif fits(stream, self._suffix):
                outlet = _outlet(stream, self._output)
                if not isinstance(stream, AttachmentStream):
                    outlets[stream.index] = outlet
            elif stream.type == "audio":
                raise refusal(path, [stream])
            else:
                what = _SPOKEN_OF.get(stream.type, "unknown")
                self.notes.append(f"{self._suffix} cannot hold the source's {_codec_name(stream)} {what}: left out")
        return outlets

    def _keep_what_is_said(self, outlet: VideoStream) -> None:
        """Keep the chapters, the timecode of the first frame and what is said of the film as a whole."""
        picture = video_stream(self._input, self._source)
        if self._first is not None:
            self._start = self._first.pts * (picture.time_base or Fraction(0))
        else:
            self._output.set_chapters(self._input.chapters())
        of_all = {name.lower(): value for name, value in self._input.metadata.items()}
        own = {name.lower(): value for name, value in picture.metadata.items()}
        self._output.metadata.update({name: of_all[name] for name in _KEPT_OF_ALL if name in of_all})
        timecode = own.get("timecode") or of_all.get("timecode")
        if timecode and self._first is not None:
            timecode = advanced(timecode, self._first.index, picture.average_rate or Fraction(25))
        if timecode:
            outlet.metadata["timecode"] = timecode

    def _chapters_until(self, end: Fraction) -> "list[Chapter]":
        """Return the chapters from where the output begins to a time in seconds, cuts not counted, in its own time."""
        kept: list[Chapter] = []
        for chapter in self._input.chapters():
            tick = chapter["time_base"] or Fraction(1)
            begin, stop = self._cuts.moved(chapter["start"] * tick), self._cuts.moved(chapter["end"] * tick)
            first, last = (round((time - self._start) / tick) for time in (max(begin, self._start), min(stop, end)))
            if first < last:
                kept.append({**chapter, "start": first, "end": last})
        return kept

    def _outside(self, packet: "Packet[Any]") -> bool:
        if packet.pts is None:
            return False
        begins = packet.pts * packet.time_base
        ends = begins + (packet.duration or 0) * packet.time_base
        unseen = packet.stream.type != "subtitle" or self._cuts.moved(begins) == self._cuts.moved(ends)
        if self._cuts.hold(begins) and unseen:
            return True
        over = self._end is not None and self._cuts.moved(begins) >= self._end
        return over or (self._start > 0 and ends <= self._start)

    def _shift(self, packet: "Packet[Any]") -> None:
        """Give a packet the time when it is shown; subtitles are shown no longer than what is left of their time."""
        first = self._shown(begins := (packet.dts if packet.pts is None else packet.pts) or 0, packet.time_base)
        if packet.stream.type == "subtitle" and packet.pts is not None:
            last = self._shown(begins + (packet.duration or 0), packet.time_base)
            packet.pts = packet.dts = max(0, first)
            packet.duration = last - packet.pts
            return
        packet.pts = None if packet.pts is None else packet.pts + first - begins
        packet.dts = None if packet.dts is None else packet.dts + first - begins

    def _shown(self, ticks: int, tick: Fraction) -> int:
        """Return when a time of the source is shown: both in ticks. Those of one part are all moved by as many."""
        time = ticks * tick
        return ticks + round((self._cuts.moved(time) - time - self._start) / tick)

    def _read(self) -> "Packet[Any] | None":
        with explained_reading(self._source):
            packet = next((packet for packet in self._packets if packet.size), None)
        if packet and packet.dts is not None and packet.stream.type == "audio":
            before = self._before.get(packet.stream_index)
            if not packet.duration and before is not None:  # else .mp4 ends the track before its last packet
                packet.duration = max(1, packet.dts - before)
            self._before[packet.stream_index] = packet.dts
        return packet


def fits(stream: Stream, suffix: str) -> bool:
    """Whether a container can hold a stream: asked of FFmpeg by beginning a file of just this stream in memory."""
    with av.open(io.BytesIO(), "w", format=_FORMATS[suffix]) as trial:
        try:
            _outlet(stream, trial)
            if stream.type != "attachment":
                trial.start_encoding()
        except (ValueError, av.FFmpegError):
            return False
    return True


def refusal(path: Path, tracks: Sequence[Stream]) -> MediaError:
    """Return the error that says that a container cannot hold some sound, and what can."""
    codecs = " and ".join(sorted({_codec_name(track) for track in tracks}))
    other = ".mov" if path.suffix.lower() == ".mkv" else ".mkv"
    what = f"{path.suffix} cannot hold {codecs} sound"
    return MediaError(what, path, f"choose a name ending in {other}, or convert the sound first")


def _codec_name(stream: Stream) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context else "unknown"


def _is_timecode(stream: Stream) -> bool:
    return stream.type == "data" and "timecode" in stream.metadata


def _is_of_chapters(stream: Stream, chapters: int) -> bool:
    """Whether a QuickTime text track holds the chapters' names, where FFmpeg says so or does not see it."""
    text = stream.type == "subtitle" and stream.codec_context is not None and stream.codec_tag == "text"
    return stream.discard == Discard.all or (text and len(stream.index_entries) == chapters)


def _outlet(stream: Stream, output: OutputContainer) -> Stream:
    if stream.type == "video" and output.format.name not in ("mp4", "mov"):
        raise ValueError("only MP4 and QuickTime hold a cover as a stream")
    if isinstance(stream, AttachmentStream):
        if output.format.name != "matroska":
            raise ValueError("only Matroska holds files")
        return output.add_attachment(stream.metadata.get("filename", "attachment"), stream.mimetype or "", stream.data)
    outlet = output.add_stream_from_template(stream, opaque=True)
    if stream.type == "audio":
        context: Any = outlet.codec_context
        if context.layout.name == f"{context.channels} channels":  # which is left is not said: .mp4 fails, at its end
            context.layout = f"{context.channels}c"
    outlet.metadata.update({name: stream.metadata[name] for name in _KEPT if name in stream.metadata})
    outlet.disposition = stream.disposition
    return outlet

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.cuts import Cuts
from omote.media.encode import VideoSink
from omote.media.resuming import ResumingSink
from omote.media.source import Source, open_source

_SPOKEN = [(0.1, 0.4, "Hello"), (0.5, 0.9, "<i>there</i>"), (1.2, 1.7, "and again")]
_CHAPTERS = [(0, 1000, "One"), (1000, 2000, "Two")]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds with sound, two languages of subtitles, a font, chapters, a timecode and a title."""
    folder = tmp_path_factory.mktemp("film")
    (folder / "a.srt").write_text(
        "".join(f"{n}\n{_at(a)} --> {_at(b)}\n{text}\n\n" for n, (a, b, text) in enumerate(_SPOKEN))
    )
    with av.open(str(folder / "a.mkv"), "w") as output:
        pictures = output.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        pictures.metadata["timecode"] = "10:00:00:00"
        sound = output.add_stream("aac", rate=48000)
        spoken = [av.open(str(folder / "a.srt")) for _ in range(2)]
        outlets = [output.add_stream_from_template(each.streams.subtitles[0]) for each in spoken]
        for outlet, language in zip(outlets, ("eng", "jpn"), strict=True):
            outlet.metadata["language"] = language
        output.add_attachment("font.ttf", "application/x-truetype-font", b"letters" * 9)
        output.set_chapters(
            [
                {"id": n, "start": a, "end": b, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
                for n, (a, b, title) in enumerate(_CHAPTERS)
            ]
        )
        output.metadata.update({"title": "A film", "encoder": "someone"})
        for number in range(50):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 5 * number, np.uint8))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode(None))
        wave = (np.sin(np.arange(96_000) / 20) * 9000).astype(np.int16)
        samples = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], format="s16", layout="stereo")
        samples.sample_rate, samples.pts = 48000, 0
        output.mux([*sound.encode(samples), *sound.encode(None)])
        for each, outlet in zip(spoken, outlets, strict=True):
            for packet in each.demux():
                if packet.size:
                    packet.stream = outlet
                    output.mux(packet)
            each.close()
    return folder / "a.mkv"


def _at(seconds: float) -> str:
    return f"00:00:{int(seconds):02d},{round(seconds * 1000) % 1000:03d}"


def _copied(source: Source, target: Path, frames: slice = slice(None), **arguments: Any) -> VideoSink:
    sink = VideoSink(target, source.facts, EncodeConfig(preset="ultrafast"), **arguments)
    with sink:
        for frame in list(source.frames())[frames]:
            sink.write(frame)
    return sink


def _packets(path: Path, kind: str) -> list[tuple[int, Fraction, Fraction, bytes]]:
    with av.open(str(path)) as container:
        return [
            (p.stream_index, (p.pts or 0) * p.time_base, (p.duration or 0) * p.time_base, bytes(p))
            for p in container.demux([stream for stream in container.streams if stream.type == kind])
            if p.size
        ]


def _chapters(path: Path) -> list[tuple[Any, Any, str]]:
    with av.open(str(path)) as container:
        found = [(each, each["time_base"] or Fraction()) for each in container.chapters()]
        return [(each["start"] * tick, each["end"] * tick, each["metadata"]["title"]) for each, tick in found]


def test_everything_passes_through_where_it_can(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    assert _copied(open_source(film), target).notes == ()
    for kind in ("subtitle", "audio"):
        assert _packets(target, kind) == _packets(film, kind)
    assert len(_packets(target, "subtitle")) == 6
    assert _chapters(target) == _chapters(film) == [(0, 1, "One"), (1, 2, "Two")]
    with av.open(str(film)) as one, av.open(str(target)) as other:
        assert [stream.type for stream in one.streams] == [stream.type for stream in other.streams]
        assert [stream.language for stream in one.streams] == [stream.language for stream in other.streams]
        files = [(stream.mimetype, stream.data, stream.metadata["filename"]) for stream in other.streams.attachments]
        assert files == [("application/x-truetype-font", b"letters" * 9, "font.ttf")]
        assert other.metadata["title"] == "A film"
        assert other.streams.video[0].metadata["TIMECODE"] == "10:00:00:00"


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_what_the_container_cannot_hold_is_noted(film: Path, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    assert _copied(open_source(film), target).notes == (
        f"{suffix} cannot hold the source's subrip subtitles: left out",
        f"{suffix} cannot hold the source's subrip subtitles: left out",
        f"{suffix} cannot hold the source's unknown attachment: left out",
    )
    assert _chapters(target) == _chapters(film)
    with av.open(str(target)) as container:
        assert container.streams.video[0].metadata["timecode"] == "10:00:00:00"
        assert container.metadata["title"] == "A film"


def test_a_copy_of_a_copy_has_no_more_streams_than_the_first(film: Path, tmp_path: Path) -> None:
    """QuickTime keeps the names of chapters, and the timecode, in tracks of their own."""
    one, two = tmp_path / "one.mov", tmp_path / "two.mov"
    _copied(open_source(film), one)
    assert _copied(open_source(one), two).notes == ()
    with av.open(str(one)) as first, av.open(str(two)) as second:
        assert [stream.type for stream in first.streams] == [stream.type for stream in second.streams]
        assert second.streams.video[0].metadata["timecode"] == "10:00:00:00"
    assert _chapters(two) == _chapters(film)
    assert _packets(one, "audio") == _packets(two, "audio")


def test_subtitles_of_mp4_stay_in_mp4(film: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.mp4", tmp_path / "two.mp4"
    with av.open(str(film)) as source, av.open(str(one), "w") as output:
        pictures = output.add_stream_from_template(source.streams.video[0], opaque=True)
        spoken: Any = output.add_mux_stream("mov_text")
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                output.mux(packet)
        for start, end, text in _SPOKEN:
            said: Any = av.Packet(len(text).to_bytes(2, "big") + text.encode())
            said.pts = said.dts = round(start * 1000)
            said.duration, said.time_base, said.stream = round((end - start) * 1000), Fraction(1, 1000), spoken
            output.mux(said)
    assert _copied(open_source(one), two).notes == ()
    assert _packets(two, "subtitle") == _packets(one, "subtitle") != []


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_part_begins_at_nothing_and_takes_its_sound_with_it(film: Path, tmp_path: Path, suffix: str) -> None:
    source, target = open_source(film), tmp_path / f"out{suffix}"
    _copied(source, target, slice(15, 40), part=True)
    part = open_source(target)
    assert [frame.pts * part.facts.time_base for frame in part.frames()] == [Fraction(n, 25) for n in range(25)]
    before = {data: time for _, time, _, data in _packets(film, "audio")}
    after = _packets(target, "audio")
    assert all(abs(before[data] - Fraction(15, 25) - time) <= Fraction(1, 1000) for _, time, _, data in after)
    assert -0.03 < after[0][1] <= 0
    assert after[-1][1] < 1 <= after[-1][1] + after[-1][2] + Fraction(1, 40)
    assert _chapters(target) == [(0, Fraction(2, 5), "One"), (Fraction(2, 5), 1, "Two")]
    with av.open(str(target)) as container:
        said = {name.lower(): value for name, value in container.streams.video[0].metadata.items()}
    assert said["timecode"] == "10:00:00:15"
    if suffix == ".mkv":
        assert [row[1:] for row in _packets(target, "subtitle") if row[0] == 2] == [
            (0, Fraction(3, 10), b"<i>there</i>"), (Fraction(6, 10), Fraction(5, 10), b"and again")
        ]  # fmt: skip


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov"])
def test_a_part_has_no_chapter_that_lies_before_or_behind_it(film: Path, tmp_path: Path, suffix: str) -> None:
    for name, part, chapter in (
        ("first", slice(0, 20), (0, Fraction(4, 5), "One")),
        ("second", slice(30, 50), (0, Fraction(4, 5), "Two")),
    ):
        _copied(open_source(film), tmp_path / f"{name}{suffix}", part, part=True)
        assert _chapters(tmp_path / f"{name}{suffix}") == [chapter]


@pytest.mark.parametrize("sink", [VideoSink, ResumingSink])
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_parts_of_a_film_follow_each_other_with_their_sound(
    film: Path, tmp_path: Path, suffix: str, sink: type[VideoSink | ResumingSink]
) -> None:
    """From 0.2 to 0.6 s, then from 1 s to the end: what is said and heard moves up by 0.4 s there."""
    source, target, begin, seam = open_source(film), tmp_path / f"out{suffix}", Fraction(1, 5), Fraction(3, 5)
    cuts, settings = Cuts(((seam, Fraction(1)),)), EncodeConfig(preset="ultrafast")
    with (
        ResumingSink(target, source.facts, settings, "k", part=True, cuts=cuts, length=4)
        if sink is ResumingSink
        else VideoSink(target, source.facts, settings, part=True, cuts=cuts)
    ) as out:
        for frame in source.frames():
            if 5 <= frame.index < 15 or frame.index >= 25:
                out.write(frame)
    made = open_source(target)
    assert [frame.pts * made.facts.time_base for frame in made.frames()] == [Fraction(n, 25) for n in range(35)]
    shades = [int(frame.rgb.mean()) for frame in made.frames()]
    assert np.allclose(shades, [5 * n for n in (*range(5, 15), *range(25, 50))], atol=4)
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        assert stream.duration is None or stream.duration * (stream.time_base or 0) == Fraction(35, 25)
    before = {data: time for _, time, _, data in _packets(film, "audio")}
    heard = [(before[data], time) for _, time, _, data in _packets(target, "audio")]
    moved = [was - (begin if was < seam else begin + Fraction(2, 5)) for was, _ in heard]
    assert all(abs(time - should) <= Fraction(1, 1000) for (_, time), should in zip(heard, moved, strict=True))
    assert not [was for was, _ in heard if seam <= was < 1]
    assert len(heard) == sum(begin - Fraction(1024, 48000) < was < seam or was >= 1 for was in before.values())
    times = [time for _, time in heard]
    assert times == sorted(set(times))
    assert _chapters(target) == [(0, Fraction(2, 5), "One"), (Fraction(2, 5), Fraction(7, 5), "Two")]
    if suffix == ".mkv":
        assert [row[1:] for row in _packets(target, "subtitle") if row[0] == 2] == [
            (0, Fraction(1, 5), b"Hello"), (Fraction(3, 10), Fraction(1, 10), b"<i>there</i>"),
            (Fraction(6, 10), Fraction(5, 10), b"and again"),
        ]  # fmt: skip


def test_a_subtitle_from_one_cut_into_the_next_is_shown_between_them(film: Path, tmp_path: Path) -> None:
    """It is said from 0.5 to 0.9 s, of which 0.6 to 0.8 is left, shown 0.2 s earlier."""
    source, target = open_source(film), tmp_path / "out.mkv"
    cuts = Cuts(((Fraction(2, 5), Fraction(3, 5)), (Fraction(4, 5), Fraction(1))))
    with VideoSink(target, source.facts, EncodeConfig(preset="ultrafast"), part=True, cuts=cuts) as out:
        for frame in source.frames():
            if frame.index < 10 or 15 <= frame.index < 20 or frame.index >= 25:
                out.write(frame)
    said = {data: (time, length) for at, time, length, data in _packets(target, "subtitle") if at == 2}
    assert said[b"<i>there</i>"] == (Fraction(2, 5), Fraction(1, 5))
    assert said[b"and again"] == (Fraction(4, 5), Fraction(1, 2))


def test_what_is_said_of_it_is_said_over_the_source(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    _copied(open_source(film), target, metadata={"title": "Another", "comment": "made by omote"})
    with av.open(str(target)) as container:
        said = {name.lower(): value for name, value in container.metadata.items()}
    assert (said["title"], said["comment"]) == ("Another", "made by omote")


def test_webm_takes_what_is_made_for_it(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    clip = make_clip("a.mkv", shades(5), sounds=[("libopus", "eng")])
    _copied(open_source(clip), clip.with_name("out.webm"))
    assert [row[1:] for row in _packets(clip.with_name("out.webm"), "audio")] == [
        row[1:] for row in _packets(clip, "audio")
    ]
    with av.open(str(clip.with_name("out.webm"))) as container:
        assert [stream.codec_context.name for stream in container.streams.video] == ["vp9"]


@pytest.fixture
def covered(tmp_path: Path) -> Callable[[Disposition], Path]:
    """A film with a second stream of pictures: a cover, or another film."""

    def make(kind: Disposition) -> Path:
        with av.open(str(tmp_path / "a.mp4"), "w") as output:
            streams = [output.add_stream(codec, rate=25) for codec in ("libx264", "mjpeg")]
            for stream, pixels in zip(streams, ("yuv420p", "yuvj420p"), strict=True):
                stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
            streams[1].disposition = kind
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8))
            frame.pts = 0
            for stream in streams:
                output.mux([*stream.encode(frame), *stream.encode(None)])
        return tmp_path / "a.mp4"

    return make


def test_a_cover_passes_and_another_film_does_not(covered: Callable[[Disposition], Path], tmp_path: Path) -> None:
    source = open_source(covered(Disposition.attached_pic))
    assert _copied(source, tmp_path / "out.mp4").notes == ()
    assert _copied(source, tmp_path / "out.mkv").notes == (".mkv cannot hold the source's mjpeg cover: left out",)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [bool(stream.disposition & Disposition.attached_pic) for stream in container.streams] == [False, True]
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert len(container.streams) == 1
    other = _copied(open_source(covered(Disposition(0))), tmp_path / "more.mp4")
    assert other.notes == ("the source has a second film, which would show what was changed here: left out",)

import resource
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.types import Frame, Picture
from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.picture_files import png
from omote.media.source import Source, open_source
from omote.media.whole import stream_end

_FAST = EncodeConfig(preset="ultrafast")
_UNEVEN = [0, 1001, 2002, 5005, 6006, 9009, 10010, 11011, 12013, 12999]


def _copy(source: Source, target: Path, settings: EncodeConfig = _FAST) -> Source:
    with VideoSink(target, source.facts, settings) as sink:
        for frame in source.frames():
            sink.write(frame)
    return open_source(target)


def _seconds(source: Source) -> list[Fraction]:
    return [frame.pts * source.facts.time_base for frame in source.frames()]


def _end(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return (stream_end(stream) or 0) * (stream.time_base or Fraction())


def _last_duration(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        last = max(packets, key=lambda packet: packet.pts or 0)
        return (last.duration or 0) * last.time_base


@pytest.mark.parametrize("preset", ["ultrafast", "medium"])  # without and with frames that are coded out of order
@pytest.mark.parametrize("first", [0, 507, 90_000])
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_every_frame_keeps_its_time_exactly(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], suffix: str, first: int, preset: str
) -> None:
    times = [first + time for time in _UNEVEN]
    exact = {"video_track_timescale": "30000", "movie_timescale": "30000"}
    clip = make_clip("a.mp4", shades(10), pts=times, time_base=Fraction(1, 30000), rate=30, container=exact)
    copy = _copy(open_source(clip), clip.with_name(f"out{suffix}"), EncodeConfig.checked({"preset": preset}))
    assert _seconds(copy) == [Fraction(time, 30000) for time in times]
    assert copy.facts.frames == 10


def test_matroska_keeps_time_to_the_millisecond(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]
) -> None:
    clip = make_clip("a.mp4", shades(10), pts=_UNEVEN, time_base=Fraction(1, 30000), rate=30, sounds=[("aac", "eng")])
    source = open_source(clip)
    copy = _copy(source, clip.with_name("out.mkv"))
    worst = max(abs(was - now) for was, now in zip(_seconds(source), _seconds(copy), strict=True))
    assert worst <= Fraction(1, 2000)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_last_frame_is_shown_as_long(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], suffix: str
) -> None:
    clip = make_clip("a.gif", shades(4), codec="gif", pixels="rgb8", pts=[0, 7, 50, 53], time_base=Fraction(1, 100))
    _copy(open_source(clip), clip.with_name(f"out{suffix}"), EncodeConfig())
    assert _last_duration(clip) > 0
    assert _last_duration(clip.with_name(f"out{suffix}")) == _last_duration(clip)


@pytest.mark.parametrize("count", [8, 60])  # all frames inside the encoder's queue, and more than it holds
def test_the_film_ends_when_the_source_ends(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], count: int
) -> None:
    times = list(accumulate([0, *([4, 4, 9, 4, 30, 4] * 10)[: count - 1]]))
    clip = make_clip("a.gif", shades(count), codec="gif", pixels="rgb8", pts=times, time_base=Fraction(1, 100))
    copy = _copy(open_source(clip), clip.with_name("out.mp4"), EncodeConfig())
    assert _seconds(copy) == [Fraction(time, 100) for time in times]
    assert _end(copy.facts.path) == _end(clip) == Fraction(times[-1], 100) + _last_duration(clip)


@pytest.mark.parametrize(
    "tags",
    [
        {"colorspace": 1, "color_range": 1, "color_primaries": 1, "color_trc": 1},
        {"colorspace": 5, "color_range": 2, "color_primaries": 5, "color_trc": 6},
        {"colorspace": 9, "color_range": 1, "color_primaries": 9, "color_trc": 14},
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_colour_and_its_tags_are_those_of_the_source(
    make_clip: Callable[..., Path], corners: Callable[[int, int], Picture], suffix: str, tags: dict[str, int]
) -> None:
    rgb = corners(64, 48)
    clip = make_clip("a.mp4", [rgb] * 3, tags=tags, options={"crf": "1"})
    copy = _copy(open_source(clip), clip.with_name(f"out{suffix}"), EncodeConfig(quality=1))
    with av.open(str(copy.facts.path)) as container:
        context = container.streams.video[0].codec_context
        assert {tag: getattr(context, tag) for tag in tags} == tags
        assert (context.name, context.pix_fmt) == ("h264", "yuvj420p" if tags["color_range"] == 2 else "yuv420p")
    middles = np.ix_([12, 36], [16, 48])
    assert np.abs(next(copy.frames()).rgb[middles].astype(int) - rgb[middles]).max() <= 4


@pytest.mark.parametrize(("pixels", "width", "height"), [("yuv420p", 64, 48), ("yuv444p", 63, 47)])
def test_an_odd_size_loses_nothing(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], pixels: str, width: int, height: int
) -> None:
    clip = make_clip("a.mkv", shades(3, 63, 47), pixels="yuv444p")
    settings = EncodeConfig.checked({"pixels": pixels, "quality": 1})
    source = open_source(clip)
    copy = _copy(source, clip.with_name("out.mp4"), settings)
    assert (copy.facts.width, copy.facts.height) == (width, height)
    for old, new in zip(source.frames(), copy.frames(), strict=True):
        assert np.abs(new.rgb[:47, :63].astype(int) - old.rgb).max() <= 3
        assert np.abs(new.rgb[-1, -1].astype(int) - old.rgb[-1, -1]).max() <= 3


def test_the_output_is_upright_with_square_pixels(
    make_clip: Callable[..., Path], corners: Callable[[int, int], Picture]
) -> None:
    clip = make_clip("a.mp4", [corners(64, 48)] * 2, rotation=(90, False, False), aspect=Fraction(2))
    source = open_source(clip)
    copy = _copy(source, clip.with_name("out.mp4"))
    with av.open(str(copy.facts.path)) as container:
        stream = container.streams.video[0]
        assert stream.sample_aspect_ratio in (None, 0, 1)
        assert next(container.decode(stream)).rotation == 0
    assert (copy.facts.width, copy.facts.height) == (source.facts.width, source.facts.height) == (48, 128)


def test_the_index_of_an_mp4_comes_first(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    clip = make_clip("a.mkv", shades(3))
    data = _copy(open_source(clip), clip.with_name("out.mp4")).facts.path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_pictures_become_a_video(tmp_path: Path, shades: Callable[..., list[Picture]]) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, rgb in enumerate(shades(5)):
        (folder / f"{number}.png").write_bytes(png(rgb))
    assert _seconds(_copy(open_source(folder), tmp_path / "new" / "out.mp4")) == [Fraction(n, 25) for n in range(5)]


@pytest.fixture
def source(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> Source:
    return open_source(make_clip("a.mkv", shades(6), sounds=[("aac", "eng")]))


def test_the_name_is_taken_only_at_the_end(source: Source, tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    target.write_bytes(b"an older film")
    with VideoSink(target, source.facts, _FAST) as sink:
        for frame in source.frames():
            sink.write(frame)
            assert target.read_bytes() == b"an older film"
            assert (tmp_path / ".out.part.mp4").exists()
    assert open_source(target).facts.frames == 6
    assert not (tmp_path / ".out.part.mp4").exists()


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_broken_run_leaves_nothing(source: Source, tmp_path: Path, fault: type[BaseException]) -> None:
    def run(frames: Iterator[Frame]) -> None:
        with VideoSink(tmp_path / "out.mp4", source.facts, _FAST) as sink:
            sink.write(next(frames))
            sink.write(next(frames))
            raise fault

    with pytest.raises(fault):
        run(source.frames())
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


def test_a_film_without_frames_is_an_error(source: Source, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no frame was given"), VideoSink(tmp_path / "o.mp4", source.facts, _FAST):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


def test_a_frame_of_another_size_is_an_error(source: Source, tmp_path: Path) -> None:
    odd = Frame(0, 0, "odd", np.zeros((10, 20, 3), np.uint8))
    with (
        pytest.raises(MediaError, match="frame odd is 20x10, the video 64x48"),
        VideoSink(tmp_path / "out.mp4", source.facts, _FAST) as sink,
    ):
        sink.write(odd)


def test_a_place_that_cannot_be_written_is_said_at_once(source: Source, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OmoteError, match=r"cannot write.*out\.mp4"):
        VideoSink(tmp_path / "file" / "out.mp4", source.facts, _FAST)


def test_a_full_disk_is_one_line_and_leaves_nothing(source: Source, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def run() -> None:
        with VideoSink(tmp_path / "out.mp4", source.facts, _FAST) as sink:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
            for number in range(40):
                sink.write(Frame(number, 40 * number, "a", noise))

    try:
        with pytest.raises(OmoteError, match=r"cannot write \(File too large\).*out\.mp4") as caught:
            run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


@pytest.mark.footage
@pytest.mark.parametrize("name", ["extra_man_suit_vfr_700.mp4", "multi_two_people_headpose.gif"])
def test_a_real_clip_keeps_every_time(footage: Path, tmp_path: Path, name: str) -> None:
    source = open_source(footage / "clips" / name)
    copy = _copy(source, tmp_path / "out.mp4")
    assert _seconds(copy) == _seconds(source)
    assert _end(copy.facts.path) == _end(source.facts.path)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_a_film_shorter_than_the_encoders_queue_keeps_its_times(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], codec: str, count: int
) -> None:
    clip = make_clip("a.mp4", shades(count), pts=[7, 10, 19][:count])
    copy = _copy(open_source(clip), clip.with_name("out.mp4"), EncodeConfig.checked({"codec": codec}))
    assert _seconds(copy) == _seconds(open_source(clip))
    with av.open(str(copy.facts.path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    assert all((packet.dts or 0) <= (packet.pts or 0) for packet in packets)
    assert all(0 <= packet.pts - (packet.dts or 0) <= 12 * 512 for packet in packets if packet.pts is not None)

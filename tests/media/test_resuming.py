import errno
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from omote.core.errors import MediaError, OmoteError
from omote.core.types import Picture
from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.pieces import _HEAD
from omote.media.resuming import ResumingSink, can_resume
from omote.media.sink import open_sink
from omote.media.source import Source, open_source

_UNEVEN = [0, 1001, 2002, 5005, 6006, 9009, 10010, 11011, 12013, 12999, 14000, 15000, 15900, 19000, 20000]
_FAST = EncodeConfig(preset="veryfast")


class _Killed(BaseException):
    """What ends a run at once."""


@pytest.fixture
def source(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> Source:
    exact = {"video_track_timescale": "30000", "movie_timescale": "30000"}
    noise = np.random.default_rng(0).integers(0, 40, (15, 48, 64, 3), np.uint8)
    pictures = [picture + each for picture, each in zip(shades(15), noise, strict=True)]
    return open_source(
        make_clip(
            "a.mp4", pictures, pts=[507 + time for time in _UNEVEN], time_base=Fraction(1, 30000), rate=30,
            sounds=[("aac", "eng")], container=exact,
        )
    )  # fmt: skip


def _sink(source: Source, target: Path, settings: EncodeConfig = _FAST, key: str = "k", **values: Any) -> ResumingSink:
    return ResumingSink(target, source.facts, settings, key, **{"length": 4, **values})


def _run(sink: ResumingSink, source: Source, until: int = 99) -> None:
    with sink:
        for frame in source.frames(sink.next_frame):
            if frame.index == until:
                raise _Killed
            sink.write(frame)


def _packets(path: Path, kind: str) -> list[Any]:
    with av.open(str(path)) as container:
        tracks = [stream for stream in container.streams if stream.type == kind]
        return [(p.pts, p.time_base, p.duration, bytes(p)) for p in container.demux(tracks) if p.size]


def _times(path: Path) -> list[Fraction]:
    source = open_source(path)
    return [frame.pts * source.facts.time_base for frame in source.frames()]


@pytest.mark.parametrize("codec", ["h264", "h265", "av1"])
@pytest.mark.parametrize("ends", [{"length": 4}, {"seconds": 0}])  # the latter after each frame
def test_a_film_in_pieces_is_that_made_at_once(
    source: Source, tmp_path: Path, codec: str, ends: dict[str, Any]
) -> None:
    settings = EncodeConfig.checked({"codec": codec, "quality": 0, "preset": "ultrafast"})
    with VideoSink(tmp_path / "whole.mp4", source.facts, settings) as whole:
        for frame in source.frames():
            whole.write(replace(frame, changed=()))
    sink = _sink(source, tmp_path / "pieces.mp4", settings, **ends)
    with sink:
        for frame in source.frames():
            sink.write(replace(frame, changed=()))
    one, other = (list(open_source(tmp_path / name).frames()) for name in ("whole.mp4", "pieces.mp4"))
    assert [frame.pts for frame in one] == [frame.pts for frame in other]
    assert all(np.array_equal(a.rgb, b.rgb) for a, b in zip(one, other, strict=True))
    assert _packets(tmp_path / "whole.mp4", "audio") == _packets(tmp_path / "pieces.mp4", "audio")
    with av.open(str(tmp_path / "whole.mp4")) as a, av.open(str(tmp_path / "pieces.mp4")) as b:
        assert a.streams.video[0].duration == b.streams.video[0].duration
        times = [(packet.dts, packet.pts) for packet in b.demux(video=0) if packet.pts is not None]
    assert all(dts is not None and pts is not None and dts <= pts for dts, pts in times)


@pytest.mark.parametrize("at", [1, 4, 5, 9, 14])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_broken_run_goes_on_where_it_was(source: Source, tmp_path: Path, suffix: str, at: int) -> None:
    target = tmp_path / f"out{suffix}"
    with pytest.raises(_Killed):
        _run(_sink(source, target), source, at)
    assert not target.exists()
    second = _sink(source, target)
    assert second.next_frame == max(0, at - 1)  # the frame before was still waiting to hear how long it is shown
    _run(second, source)
    with VideoSink(tmp_path / f"whole{suffix}", source.facts, _FAST) as whole:
        for frame in source.frames():
            whole.write(frame)
    assert _times(target) == _times(tmp_path / f"whole{suffix}")
    assert _packets(target, "audio") == _packets(tmp_path / f"whole{suffix}", "audio")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", f"out{suffix}", f"whole{suffix}"]


def test_slow_work_is_closed_before_it_is_much(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 9999, 10))
    monkeypatch.setattr("omote.media.resuming.time.monotonic", lambda: next(clock))  # a frame takes 10 s
    sink = _sink(source, tmp_path / "out.mp4", length=99, seconds=30)
    for frame in list(source.frames())[:9]:
        sink.write(frame)
    sink._pieces.leave()
    assert _sink(source, tmp_path / "out.mp4").next_frame == 6


def test_a_killed_process_leaves_what_is_closed(source: Source, tmp_path: Path) -> None:
    target, frames = tmp_path / "out.mp4", list(source.frames())
    sink = _sink(source, target)
    for frame in frames[:11]:
        sink.write(frame)  # and nothing is ended: ten are coded, eight of them in closed pieces
    sink._pieces.leave()  # the system closes the files of a killed process
    again = _sink(source, target)
    assert again.next_frame == 8
    _run(again, source)
    assert _times(target) == _times(source.facts.path)


class _FullOnce:
    """What packs the heads of packets: at one of them the disk is full, and a moment later it is not."""

    def __init__(self, at: int) -> None:
        self._left, self.size, self.unpack = at, _HEAD.size, _HEAD.unpack

    def pack(self, *values: Any) -> bytes:
        self._left -= 1
        if self._left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return _HEAD.pack(*values)


@pytest.mark.parametrize("codec", ["ffv1", "h264"])  # packets come with each frame, or when a piece is ended
@pytest.mark.parametrize("at", [5, 6, 7, 8])
def test_a_piece_of_which_packets_were_lost_is_made_anew(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str, at: int
) -> None:
    target, settings = tmp_path / "out.mkv", EncodeConfig.checked({"codec": codec})
    with monkeypatch.context() as patch:
        patch.setattr("omote.media.pieces._HEAD", _FullOnce(at))
        with pytest.raises(OmoteError, match="the disk is full"):
            _run(_sink(source, target, settings), source)
    second = _sink(source, target, settings)
    assert second.next_frame == 4
    _run(second, source)
    with VideoSink(tmp_path / "whole.mkv", source.facts, settings) as whole:
        for frame in source.frames():
            whole.write(frame)
    assert _times(target) == _times(tmp_path / "whole.mkv")


def test_after_the_last_frame_only_the_laying_together_is_left(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.mp4"
    with monkeypatch.context() as patch:
        patch.setattr("omote.media.film.Film.finish", lambda *_: (_ for _ in ()).throw(OmoteError("the disk is full")))
        with pytest.raises(OmoteError, match="the disk is full"):
            _run(_sink(source, target), source)
    sink = _sink(source, target)
    assert sink.next_frame == 15
    with sink:
        pass
    assert _times(target) == _times(source.facts.path)


@pytest.mark.parametrize("change", [{"key": "other"}, {"settings": EncodeConfig(quality=30)}, {"part": True}])
def test_what_would_come_out_otherwise_begins_anew(source: Source, tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(_Killed):
        _run(_sink(source, tmp_path / "out.mp4"), source, 9)
    assert _sink(source, tmp_path / "out.mp4", **change).next_frame == 0


def test_a_part_goes_on_too(source: Source, tmp_path: Path) -> None:
    frames, target = list(source.frames())[3:13], tmp_path / "out.mp4"
    with pytest.raises(_Killed), _sink(source, target, part=True) as sink:
        for frame in frames[:6]:
            sink.write(frame)
        raise _Killed
    sink = _sink(source, target, part=True)
    assert sink.next_frame == 8
    with sink:
        for frame in frames[5:]:
            sink.write(frame)
    assert _times(target) == [Fraction(frame.pts - frames[0].pts, 30000) for frame in frames]
    with VideoSink(tmp_path / "whole.mp4", source.facts, _FAST, part=True) as whole:
        for frame in frames:
            whole.write(frame)
    assert _packets(target, "audio") == _packets(tmp_path / "whole.mp4", "audio")


@pytest.mark.parametrize("resume", [None, "k"])
def test_a_film_of_every_few_frames_is_as_long_as_its_source(
    source: Source, tmp_path: Path, resume: str | None
) -> None:
    target = tmp_path / "out.mp4"
    with open_sink(target, source, settings=_FAST, every=4, resume=resume) as sink:
        for frame in list(source.frames())[::4]:
            sink.write(frame)
    with av.open(str(source.facts.path)) as one, av.open(str(target)) as other:
        assert other.streams.video[0].frames == 4
        assert other.streams.video[0].duration == one.streams.video[0].duration


def test_a_frame_that_is_there_already_is_refused(source: Source, tmp_path: Path) -> None:
    with pytest.raises(_Killed):
        _run(_sink(source, tmp_path / "out.mp4"), source, 9)
    with pytest.raises(MediaError, match="frame a_000001 was written by the run before"):
        _sink(source, tmp_path / "out.mp4").write(next(source.frames()))


def test_a_film_without_frames_is_an_error(source: Source, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no frame was given"), _sink(source, tmp_path / "out.mp4"):
        pass


def test_what_cannot_be_laid_together_is_known(source: Source) -> None:
    assert can_resume(Path("a.webm"), source.facts, EncodeConfig())
    assert not can_resume(Path("a.webm"), source.facts, EncodeConfig(), alpha=True)

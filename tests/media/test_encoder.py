from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from omote.core.types import Frame, Picture, Region
from omote.media.config import EncodeConfig
from omote.media.encode import VideoSink
from omote.media.planes import planes
from omote.media.source import Source, open_source

_REGION = Region(11, 9, 37, 30)


def _coded(path: Path) -> list[list[npt.NDArray[Any]]]:
    with av.open(str(path)) as container:
        return [[plane.copy() for plane in planes(frame)] for frame in container.decode(video=0)]


def _noise(count: int, width: int = 64, height: int = 48) -> list[Picture]:
    small = np.random.default_rng(0).integers(30, 220, (count, height // 4, width // 4, 3), np.uint8)
    return [np.ascontiguousarray(picture.repeat(4, 0).repeat(4, 1)) for picture in small]


def _swapped(frame: Frame, regions: tuple[Region, ...] | None) -> Frame:
    rgb = frame.rgb.copy()
    for region in regions or ():
        region.of(rgb)[...] = np.iinfo(rgb.dtype).max - region.of(rgb)
    return replace(frame, rgb=rgb, changed=regions)


def _written(source: Source, target: Path, regions: tuple[Region, ...] | None, **values: Any) -> Path:
    with VideoSink(target, source.facts, EncodeConfig.checked(values)) as sink:
        for frame in source.frames(deep=sink.deep):
            sink.write(_swapped(frame, regions if frame.index % 2 or regions is None else ()))
    return target


@pytest.mark.parametrize(
    ("pixels", "values", "suffix"),
    [
        ("yuv420p", {"quality": 0, "preset": "ultrafast"}, ".mp4"),
        ("yuv420p10le", {"quality": 0, "preset": "ultrafast"}, ".mp4"),
        ("yuv422p10le", {"codec": "h265", "quality": 0, "preset": "ultrafast", "pixels": "source"}, ".mov"),
        ("yuv420p", {"codec": "ffv1"}, ".mkv"),
        ("yuv444p", {"codec": "ffv1", "pixels": "source"}, ".mkv"),
        ("yuv420p", {"codec": "av1", "quality": 0, "preset": "ultrafast"}, ".webm"),
        ("yuv420p", {"codec": "vp9", "quality": 0, "preset": "ultrafast"}, ".webm"),
    ],
)
def test_lossless_output_is_the_source_bit_for_bit_outside_the_regions(
    make_clip: Callable[..., Path], pixels: str, values: dict[str, Any], suffix: str
) -> None:
    clip = make_clip("a.mkv", _noise(4), pixels=pixels, options={"crf": "4"})
    target = _written(open_source(clip), clip.with_name(f"out{suffix}"), (_REGION,), **values)
    marks = np.zeros((48, 64), bool)
    _REGION.of(marks)[...] = True
    for number, (before, after) in enumerate(zip(_coded(clip), _coded(target), strict=True)):
        for was, now in zip(before, after, strict=True):
            down, across = 48 // was.shape[0], 64 // was.shape[1]
            inside = marks.reshape(was.shape[0], down, was.shape[1], across).any((1, 3))
            assert np.array_equal(was[~inside], now[~inside])
            assert np.array_equal(was, now) == (number % 2 == 0)  # every second frame was not changed at all


def test_full_range_footage_keeps_its_planes(make_clip: Callable[..., Path]) -> None:
    tags = {"colorspace": 1, "color_range": 2, "color_primaries": 1, "color_trc": 1}
    clip = make_clip("a.mp4", _noise(2), tags=tags, options={"crf": "4"})
    target = _written(open_source(clip), clip.with_name("out.mkv"), (), codec="ffv1")
    for before, after in zip(_coded(clip), _coded(target), strict=True):
        assert all(np.array_equal(was, now) for was, now in zip(before, after, strict=True))


@pytest.mark.parametrize("codec", ["h264", "h265", "prores", "ffv1", "av1"])
def test_ten_bits_in_are_ten_bits_out(make_clip: Callable[..., Path], codec: str) -> None:
    """A ramp finer than 8 bits can tell: each of its steps must come out."""
    ramp = np.broadcast_to(np.arange(400, 464, dtype=np.uint16), (48, 64))
    soft = [picture // 8 + 110 for picture in _noise(2)]
    clip = make_clip("a.mkv", soft, pixels="yuv420p10le", codec="ffv1", luma=ramp)
    suffix = ".mov" if codec == "prores" else ".mkv"
    quality = {} if codec in ("prores", "ffv1") else {"quality": 0}
    source = open_source(clip)
    assert source.facts.depth == 10
    target = _written(source, clip.with_name(f"out{suffix}"), None, codec=codec, preset="ultrafast", **quality)
    assert open_source(target).facts.depth == 10
    luma = _coded(target)[0][0]
    assert np.abs(luma.astype(int) - ramp).max() <= (2 if codec == "prores" else 1)
    assert len(np.unique(luma)) > 56


def test_frames_that_were_shot_on_film_time_are_not_forced_whole(make_clip: Callable[..., Path]) -> None:
    """A coded frame remembers that it was a whole picture; a new encoder would repeat that."""
    clip = make_clip("a.mkv", _noise(1) * 20, options={"g": "1"})
    target = _written(open_source(clip), clip.with_name("out.mp4"), (), preset="veryfast")
    with av.open(str(target)) as container:
        assert sum(packet.is_keyframe for packet in container.demux(video=0)) == 1


def test_apple_can_play_h265(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("a.mkv", _noise(2))
    target = _written(open_source(clip), clip.with_name("out.mp4"), None, codec="h265", preset="ultrafast")
    with av.open(str(target)) as container:
        assert container.streams.video[0].codec_tag == "hvc1"


@pytest.mark.parametrize(
    ("codec", "suffix", "worst"), [("prores", ".mov", 4), ("ffv1", ".mkv", 0), ("vp9", ".webm", 12)]
)
def test_alpha_comes_back(make_clip: Callable[..., Path], codec: str, suffix: str, worst: int) -> None:
    clip = make_clip("a.mkv", _noise(2))
    source, target = open_source(clip), clip.with_name(f"out{suffix}")
    alpha = np.broadcast_to(np.linspace(0, 255, 64).astype(np.uint8), (48, 64))
    with VideoSink(target, source.facts, EncodeConfig.checked({"codec": codec}), alpha=True) as sink:
        for frame in source.frames():
            sink.write(replace(frame, alpha=alpha) if frame.index else frame)
    decoder = "libvpx-vp9" if codec == "vp9" else None  # FFmpeg's own reads no alpha
    with av.open(str(target)) as container:
        stream = container.streams.video[0]
        context = av.CodecContext.create(decoder, "r") if decoder else stream.codec_context
        packets = [packet for packet in container.demux(stream) if packet.size]
        frames = [frame for packet in (*packets, None) for frame in context.decode(packet)]  # type: ignore[attr-defined]
    for frame, expected in zip(frames, (np.full_like(alpha, 255), alpha), strict=True):
        found = planes(frame)[0][:, 3::4] if frame.format.name == "bgra" else planes(frame)[3]
        scaled = found.astype(float) * 255 / ((1 << frame.format.components[3].bits) - 1)
        assert np.abs(scaled - expected).max() <= worst + 0.5


def test_a_source_of_another_colour_is_converted_not_copied(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("a.mkv", _noise(1))
    source = open_source(clip)
    frame = next(source.frames())
    frame.origin.color_range = 2  # type: ignore[attr-defined] # as in a film whose range changes half way
    with VideoSink(clip.with_name("out.mkv"), source.facts, EncodeConfig(codec="ffv1")) as sink:
        sink.write(replace(frame, changed=()))
    assert np.abs(_coded(clip)[0][0].astype(int) - _coded(clip.with_name("out.mkv"))[0][0]).max() <= 1

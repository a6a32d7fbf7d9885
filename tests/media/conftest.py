"""Clips made on the spot: small, quick and with everything about them known."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from omote.core.types import Picture


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, pictures: Sequence[Picture], **settings: Any) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", container_options=settings.pop("container", {})) as output:
            _fill(output, pictures, **settings)
        return path

    return make


@pytest.fixture
def shades() -> Callable[..., list[Picture]]:
    """Flat pictures that tell their number by their brightness."""

    def make(count: int, width: int = 64, height: int = 48) -> list[Picture]:
        return [np.full((height, width, 3), 10 + 240 * number // count, np.uint8) for number in range(count)]

    return make


@pytest.fixture
def corners() -> Callable[[int, int], Picture]:
    """A picture whose four quarters differ: red, green, blue and white, clockwise from the top left."""

    def make(width: int, height: int) -> Picture:
        rgb = np.empty((height, width, 3), np.uint8)
        down, across = height // 2, width // 2
        rgb[:down, :across], rgb[:down, across:] = (220, 30, 30), (30, 200, 30)
        rgb[down:, across:], rgb[down:, :across] = (30, 30, 220), (235, 235, 235)
        return rgb

    return make


def _fill(
    output: Any,
    pictures: Sequence[Picture],
    codec: str = "libx264",
    pixels: str = "yuv420p",
    rate: int = 25,
    time_base: Fraction | None = None,
    pts: Sequence[int] | None = None,
    options: dict[str, str] | None = None,
    sounds: Sequence[tuple[str, str]] = (),
    rotation: tuple[float, bool, bool] | None = None,
    aspect: Fraction | None = None,
    tags: dict[str, int] | None = None,
    luma: Any = None,
) -> None:
    stream = output.add_stream(codec, rate=rate, options=options or {})
    stream.height, stream.width, _ = pictures[0].shape
    stream.pix_fmt = pixels
    stream.codec_context.time_base = time_base or Fraction(1, rate)
    stream.codec_context.flags |= av.codec.context.Flags.frame_duration
    if rotation:
        stream.set_display_rotation(rotation[0], hflip=rotation[1], vflip=rotation[2])
    if aspect:
        stream.codec_context.sample_aspect_ratio = aspect
    for tag, value in (tags or {}).items():
        setattr(stream.codec_context, tag, value)
    times = list(pts or range(len(pictures)))
    outlets = [_sound(output, kind, language) for kind, language in sounds]
    if outlets:
        outlets[0].disposition = Disposition.default
    for outlet in outlets:
        start, end = (time * stream.codec_context.time_base for time in (times[0], times[-1] + 1))
        output.mux(_tone(outlet, start, end))
    for time, rgb in zip(times, pictures, strict=True):
        frame = av.VideoFrame.from_ndarray(rgb)
        coded = _coded(frame, pixels, tags or {}) if luma is None else _with_luma(frame, pixels, luma)
        coded.pts, coded.time_base, coded.duration = time, stream.codec_context.time_base, 1
        output.mux(stream.encode(coded))
    output.mux(stream.encode(None))


def _coded(frame: Any, pixels: str, tags: dict[str, int]) -> Any:
    if not tags:
        return frame
    matrix = {1: 1, 5: 5, 6: 5, 9: 9}[tags.get("colorspace", 6)]
    return frame.reformat(format=pixels, dst_colorspace=matrix, dst_color_range=tags.get("color_range", 1))


def _with_luma(frame: Any, pixels: str, luma: Any) -> Any:
    coded = frame.reformat(format=pixels)
    plane = np.frombuffer(coded.planes[0], luma.dtype).reshape(luma.shape[0], -1)
    plane[:, : luma.shape[1]] = luma
    return coded


def _sound(output: Any, codec: str, language: str) -> Any:
    stream = output.add_stream(codec, rate=48000)
    stream.metadata["language"] = language
    return stream


def _tone(stream: Any, start: Fraction, end: Fraction) -> list[Any]:
    count = int((end - start) * 48000)
    wave = (np.sin(np.arange(count) / 20) * 9000).astype(np.int16)
    samples = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], format="s16", layout="stereo")
    samples.sample_rate, samples.pts, samples.time_base = 48000, int(start * 48000), Fraction(1, 48000)
    return [*stream.encode(samples), *stream.encode(None)]

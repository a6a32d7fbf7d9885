from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.format import VideoFormat
from av.video.reformatter import Interpolation, VideoReformatter

from omote.core.types import Picture
from omote.media.colour import (
    Colour,
    colour_of,
    default_colour,
    depth_of,
    eight_bits,
    sixteen_bits,
    to_coded,
    to_deep_rgb,
    to_rgb,
)
from omote.media.planes import planes

_KR_KB = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
_PATCHES = np.array(
    [[r, g, b] for r in (0, 64, 128, 255) for g in (0, 90, 255) for b in (0, 30, 200, 255)], dtype=np.uint8
)
_SIDE = 8


def _patchwork() -> Picture:
    return np.repeat(np.repeat(_PATCHES[None], _SIDE, axis=1), _SIDE, axis=0)


def _by_the_book(rgb: Picture, matrix: int, full: bool) -> npt.NDArray[np.uint8]:
    """The three planes as the standard defines them, with no help of FFmpeg."""
    kr, kb = _KR_KB[matrix]
    r, g, b = np.moveaxis(rgb / 255.0, -1, 0)
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb, cr = (b - y) / (2 - 2 * kb), (r - y) / (2 - 2 * kr)
    scaled = (255 * y, 255 * cb + 128, 255 * cr + 128) if full else (16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr)
    return np.clip(np.round(np.stack(scaled)), 0, 255).astype(np.uint8)


def _frame(planes: npt.NDArray[np.uint8], matrix: int, color_range: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(planes, format="yuv444p")
    frame.colorspace, frame.color_range = matrix, color_range
    return frame


def _worst(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> int:
    return int(np.abs(one.astype(int) - other.astype(int)).max())


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", _KR_KB)
def test_known_yuv_gives_the_known_rgb(matrix: int, full: bool) -> None:
    rgb = _patchwork()
    frame = _frame(_by_the_book(rgb, matrix, full), matrix, 2 if full else 1)
    assert _worst(to_rgb(VideoReformatter(), frame, frame.width, frame.height), rgb) <= 2


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", _KR_KB)
def test_known_rgb_gives_the_known_yuv_and_comes_back(matrix: int, full: bool) -> None:
    rgb = _patchwork()
    frame = to_coded(VideoReformatter(), rgb, Colour(matrix, full), "yuv444p")
    assert _worst(frame.to_ndarray(), _by_the_book(rgb, matrix, full)) <= 1
    assert colour_of(frame).full == full
    assert colour_of(frame).swscale == Colour(matrix).swscale
    assert _worst(to_rgb(VideoReformatter(), frame, frame.width, frame.height), rgb) <= 2


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", _KR_KB)
def test_halved_chroma_comes_back_where_colour_is_even(matrix: int, full: bool) -> None:
    rgb = _patchwork()
    frame = to_coded(VideoReformatter(), rgb, Colour(matrix, full), "yuv420p")
    back = to_rgb(VideoReformatter(), frame, frame.width, frame.height)
    assert _worst(back[3, 3::_SIDE], rgb[3, 3::_SIDE]) <= 2


@pytest.mark.parametrize(("height", "matrix"), [(719, 6), (720, 1), (1080, 1), (480, 6)])
def test_untagged_video_is_taken_by_its_height(height: int, matrix: int) -> None:
    frame = av.VideoFrame(64, height, "yuv420p")
    assert (colour_of(frame).matrix, colour_of(frame).full) == (matrix, False)
    assert default_colour(height) == Colour(matrix)
    assert colour_of(av.VideoFrame(64, height, "rgb24")).matrix == matrix


def test_ten_bits_come_down_to_eight() -> None:
    planes = _by_the_book(_patchwork(), 1, False)
    frame = _frame(planes, 1, 1).reformat(format="yuv444p10le")
    frame.colorspace, frame.color_range = 1, 1
    assert _worst(to_rgb(VideoReformatter(), frame, frame.width, frame.height), _patchwork()) <= 2


@pytest.mark.parametrize("pixels", ["rgb24", "rgba", "gbrp", "rgb48be", "bgr24"])
def test_rgb_passes_untouched(pixels: str) -> None:
    frame = av.VideoFrame.from_ndarray(_patchwork()).reformat(format=pixels)
    frame.color_range = 2
    assert _worst(to_rgb(VideoReformatter(), frame, frame.width, frame.height), _patchwork()) <= 1


@pytest.mark.parametrize("pixels", ["yuv420p", "yuvj422p", "yuv444p", "nv12", "yuv420p10le", "yuva420p", "gray"])
@pytest.mark.parametrize("width", [62, 63])
def test_rgb_by_way_of_planes_is_what_swscale_makes_in_one_step(pixels: str, width: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (46, width, 3), np.uint8)
    frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=pixels)
    colour = colour_of(frame)
    once = VideoReformatter().reformat(
        frame,
        format="rgb24",
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
        src_colorspace=colour.swscale,
        src_color_range=colour.range,
    )
    np.testing.assert_array_equal(to_rgb(VideoReformatter(), frame, width, 46), once.to_ndarray())


def test_a_frame_is_scaled_to_the_size_asked_for() -> None:
    frame = av.VideoFrame.from_ndarray(_patchwork())
    assert to_rgb(VideoReformatter(), frame, 101, 33).shape == (33, 101, 3)


def test_there_and_back_leaves_a_picture_as_it_was() -> None:
    noise = np.random.default_rng(0).integers(60, 190, (90, 160), np.uint8)
    frame = _frame(np.stack([noise, np.full_like(noise, 110), np.full_like(noise, 140)]), 1, 1)
    rgb = to_rgb(VideoReformatter(), frame, frame.width, frame.height)
    assert _worst(to_coded(VideoReformatter(), rgb, Colour(1), "yuv444p").to_ndarray()[0], frame.to_ndarray()[0]) <= 2


def _deep_book(rgb: npt.NDArray[np.uint16], matrix: int, full: bool, bits: int) -> npt.NDArray[Any]:
    kr, kb = _KR_KB[matrix]
    r, g, b = np.moveaxis(rgb / 65535.0, -1, 0)
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb, cr = (b - y) / (2 - 2 * kb), (r - y) / (2 - 2 * kr)
    top, scale = (1 << bits) - 1, 1 << (bits - 8)
    middle = 128 * scale
    if full:
        return np.stack([top * y, top * cb + middle, top * cr + middle]).clip(0, top)
    return np.stack([(16 + 219 * y) * scale, 224 * scale * cb + middle, 224 * scale * cr + middle])


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [1, 9])
def test_deep_rgb_gives_the_known_yuv_and_comes_back(matrix: int, full: bool, bits: int) -> None:
    rgb = _patchwork().astype(np.uint16) * 257
    frame = to_coded(VideoReformatter(), rgb, Colour(matrix, full), f"yuv444p{bits}le")
    book, step = _deep_book(rgb, matrix, full, bits), 1 << (bits - 8)
    for plane, expected in zip(planes(frame), book, strict=True):
        assert np.abs(plane - expected).max() <= step  # a step of 8 bits at the very worst, at full saturation
        assert np.abs(plane - expected).mean() <= 0.3 * step
    back = to_deep_rgb(VideoReformatter(), frame, frame.width, frame.height)
    assert back.dtype == np.uint16
    assert _worst(back, rgb) <= 3 * 65535 >> bits
    for grey in (0, -1):  # black and white; swscale rounds the chroma of full range down
        assert _worst(back[0, grey], rgb[0, grey]) <= (2 * 65535 >> bits if full else 8)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("pixels", ["yuv444p10le", "yuv444p12le"])
def test_deep_there_and_back_leaves_every_sample(pixels: str, full: bool) -> None:
    top = 1 << int(pixels[7:9])
    random, frame = np.random.default_rng(0), av.VideoFrame(160, 90, pixels)
    for plane, (low, high) in zip(planes(frame), ((0.3, 0.7), (0.45, 0.55), (0.45, 0.55)), strict=True):
        plane[...] = random.integers(int(top * low), int(top * high), plane.shape)
    colour = Colour(1, full)
    frame.colorspace, frame.color_range = colour.matrix, colour.range
    rgb = to_deep_rgb(VideoReformatter(), frame, 160, 90)
    for now, was in zip(planes(to_coded(VideoReformatter(), rgb, colour, pixels)), planes(frame), strict=True):
        off = np.abs(now.astype(int) - was)
        assert off.max() <= 1
        assert off.mean() < 0.05 or full  # swscale rounds the chroma of full range down


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("chroma", ["420", "422", "444"])
@pytest.mark.parametrize("bits", [10, 12])
def test_deep_pictures_with_halved_chroma_come_back(chroma: str, bits: int, full: bool) -> None:
    y, x = np.mgrid[0:64, 0:96] / 96
    rgb = np.stack([0.1 + 0.6 * x, 0.2 + 0.6 * y, 0.5 + 0.2 * np.sin(6 * x) * np.cos(5 * y)], 2)
    frame = to_coded(VideoReformatter(), (rgb * 65535).astype(np.uint16), Colour(1, full), f"yuv{chroma}p{bits}le")
    back = to_deep_rgb(VideoReformatter(), frame, 96, 64) / 65535
    assert np.abs(back - rgb)[4:-4, 4:-4].max() < 0.005
    assert np.abs(to_rgb(VideoReformatter(), frame, 96, 64) / 255 - rgb)[4:-4, 4:-4].max() < 0.008


@pytest.mark.parametrize("pixels", ["rgb48be", "gbrp16le", "rgba64le"])
def test_deep_rgb_passes_untouched(pixels: str) -> None:
    rgb = np.random.default_rng(0).integers(0, 65536, (16, 24, 3), np.uint16)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb48le").reformat(format=pixels)
    assert np.array_equal(to_deep_rgb(VideoReformatter(), frame, 24, 16), rgb)
    assert depth_of(frame.format) == 16


def test_eight_and_sixteen_bits_have_one_white() -> None:
    every = np.arange(256, dtype=np.uint8)
    assert sixteen_bits(every)[[0, 1, 255]].tolist() == [0, 257, 65535]
    assert np.array_equal(eight_bits(sixteen_bits(every)), every)
    assert eight_bits(np.array([128, 129, 65535 - 129], np.uint16)).tolist() == [0, 1, 254]


@pytest.mark.parametrize(("pixels", "depth"), [("yuv420p", 8), ("p010le", 10), ("gbrpf32le", 16), ("rgb565le", 8)])
def test_depth_is_that_of_a_sample(pixels: str, depth: int) -> None:
    assert depth_of(VideoFormat(pixels)) == depth

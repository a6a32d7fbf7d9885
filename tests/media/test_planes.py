from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from omote.core.types import Region
from omote.media.colour import Colour, to_coded, to_deep_rgb, to_rgb
from omote.media.layouts import Layout, layout_of
from omote.media.noted import noted
from omote.media.planes import Repainter, planes, with_alpha

_COLOUR = Colour(1)
_LAYOUTS = ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p12le", "gbrp", "gbrp16le", "bgr0"]


def _layout(name: str) -> Layout:
    layout = layout_of(name)
    assert layout is not None
    return layout


def _noise(name: str, width: int = 62, height: int = 46) -> VideoFrame:
    frame = VideoFrame(width, height, name)
    top = 1 << frame.format.components[0].bits
    random = np.random.default_rng(0)
    for plane in planes(frame):
        plane[...] = random.integers(top // 10, top * 9 // 10, plane.shape)
    frame.colorspace, frame.color_range = _COLOUR.matrix, _COLOUR.range
    return frame


def _copies(frame: VideoFrame) -> list[npt.NDArray[Any]]:
    return [plane.copy() for plane in planes(frame)]


def _rgb(frame: VideoFrame) -> npt.NDArray[Any]:
    convert = to_deep_rgb if frame.format.components[0].bits > 8 else to_rgb
    return convert(VideoReformatter(), frame, frame.width, frame.height).copy()


def _touched(shape: tuple[int, ...], frame: VideoFrame, region: Region) -> npt.NDArray[np.bool_]:
    """Which samples of a plane belong to a pixel of a region, found pixel by pixel."""
    marks = np.zeros(shape, bool)
    down, across = -(-frame.height // shape[0]), frame.width / shape[1]
    for y in range(region.top, min(region.bottom, frame.height)):
        for x in range(region.left, min(region.right, frame.width)):
            first = int(x / across) if across >= 1 else round(x / across)
            marks[y // down, first : first + max(1, round(1 / across))] = True
    return marks


@pytest.mark.parametrize("region", [Region(11, 7, 34, 30), Region(0, 0, 5, 3), Region(41, 33, 62, 46)])
@pytest.mark.parametrize("name", _LAYOUTS)
def test_outside_the_region_every_bit_stays(name: str, region: Region) -> None:
    origin = _noise(name)
    before, rgb = _copies(origin), _rgb(origin)
    region.of(rgb)[...] = np.iinfo(rgb.dtype).max - region.of(rgb)
    made = Repainter(_layout(name), _COLOUR).repainted(origin, rgb, [region])
    for now, was, untouched in zip(planes(made), before, planes(origin), strict=True):
        assert np.array_equal(untouched, was)  # the coded frame itself is not written to
        marks = _touched(now.shape, made, region)
        assert np.array_equal(now[~marks], was[~marks])
        assert (now[marks] != was[marks]).mean() > 0.5


@pytest.mark.parametrize("name", _LAYOUTS)
def test_inside_it_is_what_the_whole_picture_would_give(name: str) -> None:
    origin, region = _noise(name), Region(12, 8, 40, 30)
    rgb = _rgb(origin)
    region.of(rgb)[...] //= 2
    made = Repainter(_layout(name), _COLOUR).repainted(origin, rgb, [region])
    whole = to_coded(VideoReformatter(), rgb, _COLOUR, name)
    for number, (now, all_of_it) in enumerate(zip(planes(made), planes(whole), strict=True)):
        marks = _touched(now.shape, made, region)
        if number == 0 and name == "bgr0":
            marks[:, 3::4] = False  # which means nothing
        assert np.abs(now[marks].astype(int) - all_of_it[marks]).max() <= 1


def test_several_regions_are_all_painted() -> None:
    origin = _noise("yuv444p")
    rgb = _rgb(origin)
    regions = [Region(2, 2, 8, 8), Region(30, 20, 40, 30), Region(5, 5, 5, 9)]
    for region in regions:
        region.of(rgb)[...] = 250
    luma = planes(Repainter(_layout("yuv444p"), _COLOUR).repainted(origin, rgb, regions))[0]
    assert luma[5, 5] > 225
    assert luma[25, 35] > 225
    assert luma[12, 12] == planes(origin)[0][12, 12]


def test_without_a_change_the_coded_frame_is_handed_on() -> None:
    origin = _noise("yuv420p")
    repainter = Repainter(_layout("yuv420p"), _COLOUR)
    assert repainter.repainted(origin, _rgb(origin), []) is origin
    assert repainter.repainted(origin, _rgb(origin), [Region(4, 4, 4, 9)]) is origin


def test_full_range_has_two_names_and_the_same_samples() -> None:
    origin = _noise("yuvj420p")
    made = Repainter(_layout("yuv420p"), Colour(1, full=True)).repainted(origin, _rgb(origin), [])
    assert made.format.name == "yuv420p"
    assert all(np.array_equal(now, was) for now, was in zip(planes(made), planes(origin), strict=True))


@pytest.mark.parametrize(("name", "top"), [("yuva444p10le", 1023), ("bgra", 255), ("gbrap16le", 65535)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_alpha_is_scaled_to_the_layout(name: str, top: int, dtype: type[np.generic]) -> None:
    frame = VideoFrame(64, 48, name)
    white = np.iinfo(dtype).max  # type: ignore[type-var]
    alpha = np.random.default_rng(0).integers(0, white, (48, 64), dtype, endpoint=True)
    with_alpha(frame, alpha)
    stored = planes(frame)[3] if name != "bgra" else planes(frame)[0][:, 3::4]
    assert np.abs(stored - alpha.astype(float) * top / white).max() <= 0.5
    with_alpha(frame, None)
    assert (stored == top).all()


def test_what_is_noted_about_a_frame_stays_with_it(make_clip: Callable[..., Path]) -> None:
    clip = make_clip("a.mp4", [np.full((48, 64, 3), 90, np.uint8)], rotation=(90, False, False))
    with av.open(str(clip)) as container:
        origin = next(container.decode(video=0))
    made = Repainter(_layout("yuv420p"), _COLOUR).repainted(origin, _rgb(origin), [Region(0, 0, 8, 8)])
    assert noted(made) == noted(origin)
    assert "DISPLAYMATRIX" in noted(made)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_regions_of_ever_other_sizes_start_no_threads() -> None:
    repainter, origin = Repainter(_layout("yuv420p"), _COLOUR), _noise("yuv420p", 640, 480)
    picture = _rgb(origin)
    threads = []
    for side in (200, 210, 220):
        repainter.repainted(origin, picture, [Region(10, 10, 10 + side, 10 + side)])
        threads.append({thread.name for thread in Path("/proc/self/task").iterdir()})
    assert threads[0] == threads[1] == threads[2]

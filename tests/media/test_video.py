from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Frame, Picture
from omote.media.video import VideoSource

_UNEVEN = [0, 1001, 2002, 5005, 6006, 9009, 10010, 11011, 12013, 12999]


def _numbers(frames: Iterator[Frame], count: int) -> list[int]:
    """Which of `count` shades each frame has."""
    return [round((float(frame.rgb.mean()) - 10) * count / 240) for frame in frames]


def test_frames_come_in_order_with_number_name_and_time(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]
) -> None:
    source = VideoSource(make_clip("my.clip.mp4", shades(12)))
    frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(12))
    assert frames[0].name == "my.clip_000001"
    assert frames[11].name == "my.clip_000012"
    assert [frame.pts * source.facts.time_base for frame in frames] == [Fraction(n, 25) for n in range(12)]
    assert _numbers(iter(frames), 12) == list(range(12))
    assert all(frame.rgb.flags.c_contiguous for frame in frames)
    facts = source.facts
    assert (facts.kind, facts.width, facts.height, facts.frames, facts.sound_streams) == ("video", 64, 48, 12, 0)
    assert facts.rate == 25


@pytest.mark.parametrize("first", [0, 507, 90_000])
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_uneven_times_are_kept(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], suffix: str, first: int
) -> None:
    times = [first + time for time in _UNEVEN]
    exact = {"video_track_timescale": "30000", "movie_timescale": "30000"}
    clip = make_clip(f"a{suffix}", shades(10), pts=times, time_base=Fraction(1, 30000), rate=30, container=exact)
    source = VideoSource(clip)
    assert [frame.pts * source.facts.time_base for frame in source.frames()] == [Fraction(t, 30000) for t in times]


def test_reading_starts_where_it_is_told(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    source = VideoSource(make_clip("a.mp4", shades(12)))
    late = list(source.frames(9))
    assert [frame.index for frame in late] == [9, 10, 11]
    assert _numbers(iter(late), 12) == [9, 10, 11]
    assert list(source.frames(12)) == []
    again = list(islice(source.frames(), 3))
    assert [frame.index for frame in again] == [0, 1, 2]


@pytest.mark.parametrize(
    ("aspect", "width", "height"), [(Fraction(16, 11), 93, 48), (Fraction(1, 2), 64, 96), (Fraction(1), 64, 48)]
)
@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("b.mp4", "libvpx-vp9"), ("a.mov", "mpeg4")])
def test_pixels_are_made_square_without_losing_any(
    make_clip: Callable[..., Path],
    shades: Callable[..., list[Picture]],
    name: str,
    codec: str,
    aspect: Fraction,
    width: int,
    height: int,
) -> None:
    source = VideoSource(make_clip(name, shades(2), codec=codec, aspect=aspect))
    assert next(source.frames()).rgb.shape == (height, width, 3)
    assert (source.facts.width, source.facts.height) == (width, height)


def test_square_pixels_and_turning_go_together(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]
) -> None:
    source = VideoSource(make_clip("a.mp4", shades(2), aspect=Fraction(2), rotation=(90, False, False)))
    assert (source.facts.width, source.facts.height) == (48, 128)
    assert next(source.frames()).rgb.shape == (128, 48, 3)


@pytest.mark.parametrize("pixels", ["yuv444p", "yuv444p10le"])
def test_odd_sizes_and_ten_bits(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], pixels: str
) -> None:
    source = VideoSource(make_clip("a.mp4", shades(3, 63, 47), pixels=pixels))
    assert _numbers(source.frames(), 3) == [0, 1, 2]
    assert next(source.frames()).rgb.shape == (47, 63, 3)


@pytest.mark.parametrize("tags", [{"colorspace": m, "color_range": r} for m in (1, 5, 9) for r in (1, 2)])
def test_tagged_colour_is_respected(
    make_clip: Callable[..., Path], corners: Callable[[int, int], Picture], tags: dict[str, int]
) -> None:
    rgb = corners(64, 48)
    frame = next(VideoSource(make_clip("a.mp4", [rgb] * 2, tags=tags, options={"crf": "1"})).frames())
    middles = np.ix_([12, 36], [16, 48])
    assert np.abs(frame.rgb[middles].astype(int) - rgb[middles]).max() <= 3


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "libx264"), ("a.avi", "mpeg4"), ("a.mpg", "mpeg2video")])
def test_old_formats_keep_time(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], name: str, codec: str
) -> None:
    source = VideoSource(make_clip(name, shades(12), codec=codec))
    frames = list(source.frames())
    assert _numbers(iter(frames), 12) == list(range(12))
    seconds = [(frame.pts - frames[0].pts) * source.facts.time_base for frame in frames]
    assert seconds == [Fraction(n, 25) for n in range(12)]


def test_a_gif_keeps_its_uneven_times(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    clip = make_clip("a.gif", shades(4), codec="gif", pixels="rgb8", pts=[0, 7, 50, 53], time_base=Fraction(1, 100))
    source = VideoSource(clip)
    frames = list(source.frames())
    assert [frame.pts * source.facts.time_base for frame in frames] == [Fraction(t, 100) for t in (0, 7, 50, 53)]
    brightness = [float(frame.rgb.mean()) for frame in frames]
    assert brightness == sorted(brightness)
    assert source.facts.frames == 4


def test_a_video_can_be_left_half_way(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    frames = VideoSource(make_clip("a.mp4", shades(12))).frames()
    next(frames)
    assert isinstance(frames, Iterator)
    del frames


def test_a_film_that_is_gone_is_one_line(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    path = make_clip("a.mp4", shades(3))
    source = VideoSource(path)
    path.unlink()
    with pytest.raises(MediaError, match=r"cannot be read.*a\.mp4"):
        next(source.frames())


@pytest.mark.footage
@pytest.mark.parametrize(
    ("name", "width", "height", "frames", "rate", "sounds"),
    [
        ("A_abe_720p.mp4", 1280, 720, 600, Fraction(30000, 1001), 1),
        ("extra_man_suit_vfr_700.mp4", 700, 700, 135, Fraction(1350, 61), 1),
        ("extra_man_glasses_portrait_720x1280.mp4", 720, 1280, 352, Fraction(30), 0),
        ("multi_two_people_headpose.gif", 480, 270, 56, Fraction(25, 2), 0),
    ],
)
def test_real_clips_are_what_their_list_says(
    footage: Path, name: str, width: int, height: int, frames: int, rate: Fraction, sounds: int
) -> None:
    facts = VideoSource(footage / "clips" / name).facts
    assert (facts.width, facts.height, facts.frames, facts.rate) == (width, height, frames, rate)
    assert facts.sound_streams == sounds


@pytest.mark.footage
@pytest.mark.parametrize("name", ["extra_man_suit_vfr_700.mp4", "multi_two_people_headpose.gif"])
def test_every_frame_of_a_real_clip_has_its_own_time(footage: Path, name: str) -> None:
    path = footage / "clips" / name
    with av.open(str(path)) as container:
        expected = [frame.pts or 0 for frame in container.decode(video=0)]
    source = VideoSource(path)
    assert [frame.pts for frame in source.frames()] == expected
    assert len({later - earlier for earlier, later in pairwise(expected)}) > 1
    assert source.facts.frames == len(expected)


def test_more_than_eight_bits_are_given_when_asked_for(make_clip: Callable[..., Path]) -> None:
    """A ramp in steps of a quarter of an 8-bit one."""
    ramp = np.broadcast_to(np.arange(500, 564, dtype=np.uint16), (48, 64))
    grey = np.full((48, 64, 3), 128, np.uint8)
    clip = make_clip("a.mkv", [grey] * 2, codec="ffv1", pixels="yuv420p10le", luma=ramp)
    source = VideoSource(clip)
    assert (source.facts.depth, source.facts.pixels) == (10, "yuv420p10le")
    (_, deep), (_, flat) = source.frames(deep=True), source.frames()
    assert [frame.rgb.dtype for frame in (deep, flat)] == [np.uint16, np.uint8]
    assert len(np.unique(deep.rgb[0, :, 1])) == 64
    book = (ramp[0] / 4 - 16) / 219 * 65535
    assert np.abs(deep.rgb[0, :, 1] - book).max() < 65535 / 1023
    assert np.abs(flat.rgb[0, :, 1] - book / 257).max() <= 1


def test_eight_bits_stay_eight(make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]) -> None:
    source = VideoSource(make_clip("a.mp4", shades(2)))
    assert [frame.rgb.dtype for frame in source.frames(deep=True)] == [np.uint8] * 2
    assert source.facts.depth == 8


def test_the_coded_frame_comes_along_where_pixel_lies_on_pixel(
    make_clip: Callable[..., Path], corners: Callable[[int, int], Picture]
) -> None:
    rgb = corners(64, 48)
    plain = next(VideoSource(make_clip("a.mp4", [rgb])).frames())
    assert isinstance(plain.origin, av.VideoFrame)
    assert (plain.origin.width, plain.origin.height, plain.changed) == (64, 48, None)
    for name, settings in (("b.mp4", {"rotation": (180, False, False)}), ("c.mp4", {"aspect": Fraction(2)})):
        assert next(VideoSource(make_clip(name, [rgb], **settings)).frames()).origin is None

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Picture
from omote.media.video import VideoSource
from omote.media.whole import frame_count, segment_end, stream_end

_KINDS: dict[str, dict[str, Any]] = {
    "a.mp4": {"container": {"movflags": "faststart"}},
    "fragments.mp4": {"container": {"movflags": "frag_keyframe+empty_moov"}, "options": {"g": "5"}},
    "a.mov": {"container": {"movflags": "faststart"}},
    "a.mkv": {},
    "a.webm": {"codec": "libvpx"},
    "a.avi": {"codec": "mpeg4"},
}


@pytest.fixture
def noise() -> list[Picture]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(40)]


def _read(path: Path) -> tuple[int, str]:
    count = 0
    try:
        for frame in VideoSource(path).frames():
            count = frame.index + 1
    except MediaError as fault:
        return count, str(fault)
    return count, ""


@pytest.mark.parametrize("name", _KINDS)
def test_a_whole_file_passes(make_clip: Callable[..., Path], noise: list[Picture], name: str) -> None:
    assert _read(make_clip(name, noise, **_KINDS[name])) == (40, "")


@pytest.mark.parametrize("part", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("name", _KINDS)
def test_a_cut_file_gives_its_good_frames_and_then_says_where_it_broke(
    make_clip: Callable[..., Path], noise: list[Picture], name: str, part: float
) -> None:
    path = make_clip(name, noise, **_KINDS[name])
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    count, fault = _read(path)
    assert 0 < count < 40
    assert fault.startswith(f"the video breaks off at frame {count + 1}")
    assert str(path) in fault
    assert "\n" not in fault


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_damaged_place_ends_the_video(make_clip: Callable[..., Path], noise: list[Picture], name: str) -> None:
    path = make_clip(name, noise, **_KINDS[name])
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes(middle // 3) + data[middle + middle // 3 :])
    count, fault = _read(path)
    assert count < 40
    assert fault.startswith("the video breaks off at frame")


def test_a_file_that_lost_only_its_index_is_whole(make_clip: Callable[..., Path], noise: list[Picture]) -> None:
    path = make_clip("a.mkv", noise)
    path.write_bytes(path.read_bytes()[:-1])
    assert _read(path) == (40, "")


def test_a_film_without_its_index_cannot_be_opened(make_clip: Callable[..., Path], noise: list[Picture]) -> None:
    path = make_clip("a.mp4", noise)
    path.write_bytes(path.read_bytes()[:-2000])  # without faststart the index lies at the end
    with pytest.raises(MediaError, match=r"damaged.*a\.mp4"):
        VideoSource(path)


@pytest.mark.parametrize("name", [*_KINDS, "a.mpg", "a.gif"])
def test_the_count_is_right_or_near(make_clip: Callable[..., Path], noise: list[Picture], name: str) -> None:
    special: dict[str, dict[str, Any]] = {"a.mpg": {"codec": "mpeg2video"}, "a.gif": {"codec": "gif", "pixels": "rgb8"}}
    path = make_clip(name, noise, **(_KINDS | special)[name])
    with av.open(str(path)) as container:
        assert abs(frame_count(container, container.streams.video[0]) - 40) <= (5 if name == "a.mpg" else 0)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_the_end_of_the_last_frame_is_known(make_clip: Callable[..., Path], noise: list[Picture], name: str) -> None:
    with av.open(str(make_clip(name, noise))) as container:
        stream = container.streams.video[0]
        end = stream_end(stream)
        assert end is not None
        assert end * (stream.time_base or 0) == Fraction(40, 25)


def test_matroska_says_how_long_it_is(make_clip: Callable[..., Path], noise: list[Picture], tmp_path: Path) -> None:
    path = make_clip("a.mkv", noise)
    assert segment_end(path) == path.stat().st_size
    assert segment_end(make_clip("a.mp4", noise)) == 0
    other = tmp_path / "head"
    other.write_bytes(b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff")  # a live stream's
    assert segment_end(other) == 0
    other.write_bytes(b"\x1a\x45\xdf\xa3\x81\0\x18\x53\x80\x67\x40\x05")
    assert segment_end(other) == 12 + 5
    other.write_bytes(b"\x1a\x45\xdf\xa3\x81")
    assert segment_end(other) == 0

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from omote.core.errors import MediaError
from omote.core.types import Frame, Picture
from omote.media.gif import GifSink
from omote.media.sink import open_sink
from omote.media.source import Source, open_source


@pytest.fixture
def source(make_clip: Callable[..., Path], corners: Callable[[int, int], Picture]) -> Source:
    pictures = [np.roll(corners(64, 48), 5 * number, 1) for number in range(6)]
    clip = make_clip("a.mkv", pictures, pixels="yuv444p", sounds=[("aac", "eng")], pts=[0, 2, 3, 7, 8, 12])
    return open_source(clip)


def test_frames_come_back_in_time_and_colour(source: Source, tmp_path: Path) -> None:
    with open_sink(tmp_path / "out.gif", source) as sink:
        assert isinstance(sink, GifSink)
        assert sink.notes == ("GIF holds no sound: left out",)
        for frame in source.frames():
            sink.write(frame)
    copy = open_source(tmp_path / "out.gif")
    pairs = list(zip(source.frames(), copy.frames(), strict=True))
    for before, after in pairs:
        assert after.pts * copy.facts.time_base == before.pts * source.facts.time_base  # 1/25 s is four hundredths
        assert np.abs(after.rgb.astype(int) - before.rgb).mean() < 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mkv", "out.gif"]
    with av.open(str(tmp_path / "out.gif")) as container:
        assert container.streams.video[0].codec_context.name == "gif"


def test_smooth_colours_are_dithered_not_cut(source: Source, tmp_path: Path) -> None:
    """A ramp of more than 256 colours: over a few pixels the mean must be right."""
    y, x = np.mgrid[0:48, 0:64]
    ramp = np.stack([4 * x, 5 * y, 128 + x - y], 2).clip(0, 255).astype(np.uint8)
    with GifSink(tmp_path / "out.gif", source.facts) as sink:
        for number in range(2):
            sink.write(Frame(number, 40 * number, "a", ramp))
    shown = next(open_source(tmp_path / "out.gif").frames()).rgb.astype(float)

    off = (shown - ramp).reshape(6, 8, 8, 8, 3).mean((1, 3))
    assert np.abs(off[1:-1, 1:-1]).max() < 3  # at the border the palette has no colours beyond those of the picture


def test_a_part_begins_at_nothing(source: Source, tmp_path: Path) -> None:
    with GifSink(tmp_path / "out.gif", source.facts, part=True) as sink:
        for frame in list(source.frames())[3:]:
            sink.write(frame)
    copy = open_source(tmp_path / "out.gif")
    assert [frame.pts * copy.facts.time_base for frame in copy.frames()] == [0, Fraction(1, 25), Fraction(5, 25)]


@pytest.mark.parametrize(("name", "alpha"), [("out.gif", False), ("out.webm", True)])
def test_who_would_go_on_later_is_told_that_it_begins_anew(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]], tmp_path: Path, name: str, alpha: bool
) -> None:
    source = open_source(make_clip("a.mkv", shades(1)))
    for resume in (None, "key"):
        with open_sink(tmp_path / name, source, alpha=alpha, resume=resume, overwrite=True) as sink:
            assert any("begins anew" in note for note in sink.notes) == (resume is not None)
            sink.write(next(source.frames()))


def test_a_broken_run_leaves_nothing(source: Source, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), GifSink(tmp_path / "out.gif", source.facts) as sink:
        sink.write(next(source.frames()))
        raise KeyboardInterrupt
    with pytest.raises(MediaError, match="no frame was given"), GifSink(tmp_path / "out.gif", source.facts):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]

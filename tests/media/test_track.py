from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from omote.core.types import Frame, Picture
from omote.media.colour import Colour
from omote.media.picture_files import png
from omote.media.source import open_source
from omote.media.track import track_of

_HD = {"colorspace": 1, "color_range": 2, "color_primaries": 1, "color_trc": 1}


def _frame(index: int, pts: int) -> Frame:
    return Frame(index, pts, "a", np.zeros((2, 2, 3), np.uint8))


def test_colour_end_and_clocks_are_those_of_the_source(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]
) -> None:
    clip = make_clip("a.mp4", shades(8), sounds=[("aac", "eng")], tags=_HD)
    like = open_source(clip).facts
    track = track_of(like)
    assert track.colour == Colour(matrix=1, full=True, primaries=1, transfer=1)
    assert track.end == 8 * like.time_base.denominator // 25
    assert track.ticks % like.time_base.denominator == 0
    assert track.ticks % 48000 == 0


def test_the_last_frame_lasts_as_long_as_in_the_source(
    make_clip: Callable[..., Path], shades: Callable[..., list[Picture]]
) -> None:
    like = open_source(make_clip("a.mp4", shades(8))).facts
    step = like.time_base.denominator // 25
    track = replace(track_of(like), end=like.time_base.denominator)
    assert track.duration_of_last(_frame(7, 7 * step), like) == 18 * step
    assert track.duration_of_last(_frame(4, 4 * step), like) == step  # not the source's last: one step
    assert track.duration_of_last(_frame(6, 6 * step), like, every=3) == 19 * step
    assert track.duration_of_last(_frame(3, 3 * step), like, every=3) == 3 * step  # the source has another third one
    assert replace(track, end=None).duration_of_last(_frame(7, 7 * step), like) == step


def test_pictures_get_the_colour_that_players_expect(tmp_path: Path, corners: Callable[[int, int], Picture]) -> None:
    for height, matrix in ((48, 6), (720, 1)):
        path = tmp_path / f"{height}.png"
        path.write_bytes(png(corners(64, height)))
        like = open_source(path).facts
        assert track_of(like).colour == Colour(matrix)
        assert track_of(like).duration_of_last(_frame(0, 0), like) * like.time_base == Fraction(1, 25)

from fractions import Fraction

import numpy as np
import pytest

from omote.core.types import Frame
from omote.media.colour import default_colour
from omote.media.cuts import NONE, Cuts
from omote.media.track import Track

CUTS = Cuts(((Fraction(2), Fraction(5)), (Fraction(6), Fraction(10))))


def test_what_follows_a_cut_is_shown_where_it_began() -> None:
    times = [CUTS.moved(Fraction(time)) for time in (-1, 0, 2, 3, 5, Fraction(11, 2), 6, 8, 10, 12)]
    assert times == [-1, 0, 2, 2, 2, Fraction(5, 2), 3, 3, 3, 5]
    assert [time for time in range(12) if CUTS.hold(Fraction(time))] == [2, 3, 4, 6, 7, 8, 9]
    assert NONE.moved(Fraction(7)) == 7
    assert not NONE.hold(Fraction(7))


def test_frames_and_the_end_of_a_track_close_up() -> None:
    tick = Fraction(1, 30)
    frame = Frame(1, 155, "a", np.zeros((2, 2, 3), np.uint8))
    assert CUTS.closed(frame, tick).pts == 65
    assert NONE.closed(frame, tick) is frame
    assert CUTS.of_track(Track(default_colour(720), 30, 360), tick).end == 150
    assert CUTS.of_track(Track(default_colour(720), 30, None), tick).end is None


def test_cuts_rise() -> None:
    with pytest.raises(ValueError, match="cuts rise"):
        Cuts(((Fraction(5), Fraction(6)), (Fraction(2), Fraction(3))))

import re
from fractions import Fraction

import pytest

from omote.stages.converting.spans import PATTERN, needs_times, spans, times_of
from tests.stages.converting.frames import flat

TIMES = [(n, Fraction(n, 25)) for n in range(100)]


def test_frames_count_from_zero_and_the_end_is_left_out() -> None:
    one = spans("3:7")
    assert [n for n in range(10) if one.holds(n)] == [3, 4, 5, 6]
    assert [one.over(n) for n in (6, 7, 8)] == [False, True, True]
    whole = spans(":")
    assert whole.holds(0)
    assert whole.holds(10**7)
    assert not whole.over(10**7)
    assert (whole.first, whole.end) == (0, None)


def test_several_ranges_in_order() -> None:
    some = spans("2:4,7:")
    assert [n for n in range(10) if some.holds(n)] == [2, 3, 7, 8, 9]
    assert not some.over(5)
    for wrong in ("4:2", "3:3", "5:9,7:12", "5:9,2:4", "3:,9:12"):
        with pytest.raises(ValueError, match="range"):
            spans(wrong)


def test_times_are_the_first_frame_not_before_them() -> None:
    assert spans("1s:2s", times=TIMES).ranges == ((25, 50),)
    assert spans("1.01s:2.04s", times=TIMES).ranges == ((26, 51),)
    assert spans(":3.5s", times=iter(TIMES)).ranges == ((0, 88),)
    assert spans("2s:1m", times=TIMES).ranges == ((50, 100),)  # to the source's end
    uneven = [(0, Fraction(0)), (1, Fraction(1)), (2, Fraction(5)), (3, Fraction(6))]
    assert spans("1s:5.5s", times=uneven).ranges == ((1, 3),)
    with pytest.raises(ValueError, match="no frame"):
        spans("1.01s:1.02s", times=TIMES)


def test_one_frame_of_so_many_counts_from_the_first_range() -> None:
    some = spans("2:9", 3)
    assert [n for n in range(12) if some.chosen(n) and some.holds(n)] == [2, 5, 8]


def test_times_count_from_the_first_frame() -> None:
    frames = [flat(index, pts=90 + 20 * index) for index in range(3)]
    assert list(times_of(frames, Fraction(1, 10))) == [(0, Fraction(0)), (1, Fraction(2)), (2, Fraction(4))]


@pytest.mark.parametrize("text", [":", "3:", ":9", "3:9", "10s:", "1m30.5s:2m", "1h:1h2m3s", "3:9,12:20,1h:"])
def test_what_is_a_range(text: str) -> None:
    assert re.fullmatch(PATTERN, text)
    assert needs_times(text) == any(unit in text for unit in "hms")


@pytest.mark.parametrize("text", ["", "3", "a:b", "3:9,", "1.5:2", "-3:9", "3-9", "1s30m:"])
def test_what_is_none(text: str) -> None:
    assert not re.fullmatch(PATTERN, text)

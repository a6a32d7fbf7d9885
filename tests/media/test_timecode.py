from fractions import Fraction

import pytest

from omote.media.timecode import advanced

_NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("timecode", "frames", "rate", "later"),
    [
        ("01:02:03:04", 0, Fraction(25), "01:02:03:04"),
        ("01:02:03:24", 1, Fraction(25), "01:02:04:00"),
        ("23:59:59:23", 1, Fraction(24), "00:00:00:00"),
        ("00:00:59:29", 1, _NTSC, "00:01:00:00"),
        ("00:00:59;29", 1, _NTSC, "00:01:00;02"),
        ("00:09:59;29", 1, _NTSC, "00:10:00;00"),
        ("01:00:00;00", 107892, _NTSC, "02:00:00;00"),  # an hour of 29.97 a second, to the frame
    ],
)
def test_frames_are_counted_as_television_does(timecode: str, frames: int, rate: Fraction, later: str) -> None:
    assert advanced(timecode, frames, rate) == later


@pytest.mark.parametrize("rate", [_NTSC, Fraction(60000, 1001)])
def test_dropped_numbers_never_come_and_all_others_do(rate: Fraction) -> None:
    base, shown, timecode = round(rate), [], "00:00:00;00"
    for _ in range(base * 60 * 11):
        shown.append(timecode)
        timecode = advanced(timecode, 1, rate) or ""
    numbers = [
        f"00:{minute:02d}:{second:02d};{frame:02d}"
        for minute in range(12)
        for second in range(60)
        for frame in range(base)
        if second or minute % 10 == 0 or frame >= base // 15
    ]
    assert shown == numbers[: len(shown)]


def test_what_is_no_timecode_is_none() -> None:
    assert advanced("a minute past", 3, Fraction(25)) is None

"""Timecodes as film and television count them: hours:minutes:seconds:frames (SMPTE ST 12-1)."""

import re
from fractions import Fraction

_WRITTEN = re.compile(r"(\d+):(\d\d):(\d\d)([:;.])(\d\d+)")


def advanced(timecode: str, frames: int, rate: Fraction) -> str | None:
    """Return the timecode some frames later; None where it is not written as one.

    Args:
        timecode: `hh:mm:ss:ff`, or `hh:mm:ss;ff` where numbers are dropped to keep pace with 29.97 or 59.94 a second.
        frames: 0 or more.
        rate: frames in a second.
    """
    parts = _WRITTEN.fullmatch(timecode.strip())
    if parts is None:
        return None
    hours, minutes, seconds, shown = (int(parts[group]) for group in (1, 2, 3, 5))
    base, mark = round(rate), parts[4]
    dropped = base // 15 if mark in ";." else 0  # numbers left out in each minute but the tenth ones
    total = minutes + 60 * hours
    count = (total * 60 + seconds) * base + shown - dropped * (total - total // 10) + frames
    ten = base * 600 - 9 * dropped
    tens, rest = divmod(count, ten)
    minute = base * 60 - dropped
    late = max(0, rest - dropped) // minute if dropped else rest // minute
    count += dropped * (9 * tens + late)
    seconds, shown = divmod(count, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours % 24:02d}:{minutes:02d}:{seconds:02d}{mark}{shown:02d}"

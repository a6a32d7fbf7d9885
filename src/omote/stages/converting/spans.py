"""Which frames of a source are converted: ranges of frames or of times, and every so many."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from omote.alignments.record import FrameRecord
    from omote.core.types import Frame

_BOUND = r"(?:\d+|(?:\d+h)?(?:\d+m)?(?:\d+(?:\.\d+)?s)?)"
PATTERN = rf"^{_BOUND}:{_BOUND}(?:,{_BOUND}:{_BOUND})*$"
"""Ranges FIRST:END, joined by commas; a bound is the number of a frame or a time such as 90s or 1m30.5s."""

_TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")


@dataclass(frozen=True, slots=True)
class Spans:
    """Ranges of frames, in order and apart.

    Attributes:
        ranges: first frame and the one after the last of each; None: to the end.
        every: one frame of so many is written.
    """

    ranges: tuple[tuple[int, int | None], ...]
    every: int = 1

    def holds(self, index: int) -> bool:
        """Whether a frame lies in one of the ranges."""
        return any(first <= index and (end is None or index < end) for first, end in self.ranges)

    def chosen(self, index: int) -> bool:
        """Whether a frame is one of every so many, counted from the first of all ranges."""
        return (index - self.first) % self.every == 0

    def over(self, index: int) -> bool:
        """Whether a frame lies behind all ranges."""
        last = self.ranges[-1][1]
        return last is not None and index >= last

    @property
    def first(self) -> int:
        """The first frame of all ranges."""
        return self.ranges[0][0]

    @property
    def end(self) -> int | None:
        """The frame after the last of all ranges; None: there is none before the source's end."""
        return self.ranges[-1][1]

    @property
    def parts(self) -> tuple[tuple[int, int | None], ...]:
        """The ranges that have a chosen frame, each from its first one on."""
        chosen = [(first + (self.first - first) % self.every, end) for first, end in self.ranges]
        return tuple((first, end) for first, end in chosen if end is None or first < end)


def needs_times(text: str) -> bool:
    """Whether ranges name times, for which the times of the frames must be known."""
    return any(letter.isalpha() for letter in text)


def spans(text: str, every: int = 1, times: Iterable[tuple[int, Fraction]] = ()) -> Spans:
    """Read ranges.

    Args:
        text: as `PATTERN` says.
        every: one frame of so many.
        times: number and time in seconds of each frame, from the first one on; asked for only where a time is named.

    Raises:
        ValueError: a range has no frame, or they overlap or are out of order.
    """
    bounds = [tuple(part.split(":")) for part in text.split(",")]
    found = _found({_seconds(bound) for pair in bounds for bound in pair if needs_times(bound)}, times)

    def number(bound: str) -> int | None:
        if not bound:
            return None
        return found[_seconds(bound)] if needs_times(bound) else int(bound)

    ranges = tuple((number(first) or 0, number(end)) for first, end in bounds)
    at = 0
    for (first, end), part in zip(ranges, text.split(","), strict=True):
        if end is not None and end <= first:
            raise ValueError(f"no frame lies in the range {part}")
        if first < at:
            raise ValueError(f"ranges go up and do not overlap, and {part} does")
        at = end if end is not None else 2**62
    return Spans(ranges, every)


def times_of(frames: Iterable[Frame | FrameRecord], time_base: Fraction) -> Iterator[tuple[int, Fraction]]:
    """Give number and time in seconds of frames, counted from the first of them."""
    begin: int | None = None
    for frame in frames:
        begin = frame.pts if begin is None else begin
        yield frame.index, (frame.pts - begin) * time_base


def _seconds(bound: str) -> Fraction:
    match = _TIME.fullmatch(bound)
    hours, minutes, seconds = match.groups() if match else (None, None, None)
    return 3600 * Fraction(hours or 0) + 60 * Fraction(minutes or 0) + Fraction(seconds or 0)


def _found(wanted: set[Fraction], times: Iterable[tuple[int, Fraction]]) -> dict[Fraction, int]:
    """Return the first frame that is not before each time; the one after the last where the source ends earlier."""
    found: dict[Fraction, int] = {}
    waiting, last = sorted(wanted), -1
    if not waiting:
        return found
    for index, time in times:
        last = index
        while waiting and time >= waiting[0]:
            found[waiting.pop(0)] = index
        if not waiting:
            break
    return found | dict.fromkeys(waiting, last + 1)

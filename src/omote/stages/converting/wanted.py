"""Which frames of a source are wanted, and what of its time is left out between them."""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from omote.alignments.store import Alignments
from omote.core.errors import SettingError
from omote.media.cuts import Cuts
from omote.stages.converting.finding import find_alignments
from omote.stages.converting.spans import needs_times, spans, times_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    from omote.media.source import Source
    from omote.stages.converting.config import ConvertConfig
    from omote.stages.converting.spans import Spans


def wanted_of(config: ConvertConfig, source: Source) -> Spans:
    """Return the frames that are asked for.

    Raises:
        SettingError: a range has no frame.
    """
    times = _times(config, source) if needs_times(config.range) else iter(())
    try:
        wanted = spans(config.range, config.every, times)
    except ValueError as fault:
        raise SettingError(str(fault), config.source) from fault
    last, frames = wanted.ranges[-1][0], source.facts.frames
    if last >= frames and next(source.frames(last), None) is None:  # of some films the count is an estimate
        length = f", which has {frames} frames" if frames else ""
        raise SettingError(
            f"the range {config.range.split(',')[-1]} begins behind the end of the source{length}", config.source
        )
    return wanted


def cuts_of(wanted: Spans, source: Source, alignments: Path) -> Cuts:
    """Return the time between ranges: from where the last frame of one is over to where the first of the next begins.

    Args:
        wanted: the ranges.
        source: of which they are.
        alignments: of it; where these do not know when a frame begins that counts, the source is read.

    Raises:
        MediaError: the source cannot be read so far.
    """
    tick, parts = source.facts.time_base, wanted.parts
    with Alignments.open(alignments) as kept:
        known = {frame.index: frame.pts * tick for frame in kept.frames()}
    try:
        return _between(parts, known, 1 / source.facts.rate)
    except KeyError:
        frames = takewhile(lambda frame: frame.index <= parts[-1][0], source.frames())
        return _between(parts, {frame.index: frame.pts * tick for frame in frames}, 1 / source.facts.rate)


def _between(parts: Sequence[tuple[int, int | None]], begins: Mapping[int, Fraction], step: Fraction) -> Cuts:
    times: list[tuple[Fraction, Fraction]] = []
    for (_, end), (first, _) in pairwise(parts):
        if end is not None:  # as only the last is
            over = begins[end] if end in begins else begins[end - 1] + step
            times.append((min(over, begins[first]), begins[first]))
    return Cuts(tuple(times))


def _times(config: ConvertConfig, source: Source) -> Iterator[tuple[int, Fraction]]:
    """Give the time of each frame: by the alignments where these know all frames, else by the source itself."""
    path = find_alignments(config, source)
    if path is not None:
        with Alignments.open(path) as alignments:
            if alignments.finished:
                return times_of(iter(alignments.frames()), source.facts.time_base)
    return times_of(source.frames(), source.facts.time_base)

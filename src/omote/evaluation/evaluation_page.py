"""The page that tells how good a swap is: figures with what they cannot tell, and the worst and best frames."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from omote.evaluation.measures import Better, Measure
from omote.evaluation.page import Columns, Figure, Part, Table, Text, page

_SHOWN = 3
_TITLES = ("", "value", "95 % bounds", "spread", "of", "better", "what it cannot tell")


@dataclass(frozen=True, slots=True)
class Ranking:
    """The worst and the best of some pictures by one figure.

    Attributes:
        name: of the figure.
        worst: with what they measure, the worst first.
        best: likewise, the best first.
    """

    name: str
    worst: Sequence[Figure]
    best: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was measured on one thing.

    Attributes:
        title: of the chapter.
        said: a few sentences that say what stands in the table.
        measures: all figures.
        rankings: pictures by some of them.
    """

    title: str
    said: str
    measures: Sequence[Measure]
    rankings: Sequence[Ranking] = ()


def evaluation_page(title: str, chapters: Sequence[Chapter]) -> str:
    """Return the whole page as HTML that needs no other file."""
    parts: list[Part] = []
    for chapter in chapters:
        parts += [Text(chapter.title, heading=True), Text(chapter.said), measures_table(chapter.measures)]
        for ranking in chapter.rankings:
            worst: list[Part] = [Text("Worst"), *ranking.worst]
            best: list[Part] = [Text("Best"), *ranking.best]
            parts += [Text(f"By {ranking.name}", heading=True), Columns([worst, best])]
    return page(title, parts)


def measures_table(measures: Sequence[Measure]) -> Table:
    """Return figures as the rows of a table."""
    return Table(_TITLES, [_row(each) for each in measures])


def ranked(
    name: str, values: Mapping[int, float], better: Better, unit: str, pictures: Mapping[int, bytes], apart: int
) -> Ranking | None:
    """Choose the worst and the best frames by a figure; None where it does not tell any two apart.

    Args:
        name: of the figure.
        values: of frames by their numbers; those that are no number are left out.
        better: which way is better.
        unit: of the values.
        pictures: JPEG files by the same numbers.
        apart: frames between two that are shown, at least, since neighbours are alike.
    """
    badness = {frame: _badness(value, better) for frame, value in values.items() if math.isfinite(value)}
    if len(set(badness.values())) < 2:
        return None
    order = sorted(badness, key=badness.__getitem__)
    half = math.ceil(len(order) / 2)
    best, worst = _spread_out(order[:half], apart), _spread_out(order[: -half - 1 : -1], apart)
    figures = [
        [Figure(pictures[frame], f"frame {frame}: {values[frame]:.3g} {unit}".rstrip()) for frame in some]
        for some in (worst, best)
    ]
    return Ranking(name, *figures)


def _badness(value: float, better: Better) -> float:
    match better:
        case "lower":
            return value
        case "higher":
            return -value
        case "nearer 1":
            return abs(value - 1)


def _spread_out(order: Sequence[int], apart: int) -> list[int]:
    chosen: list[int] = []
    for frame in order:
        if len(chosen) < _SHOWN and all(abs(frame - other) >= apart for other in chosen):
            chosen.append(frame)
    return chosen


def _row(measure: Measure) -> tuple[str, ...]:
    bounds = "" if measure.low is None or measure.high is None else f"{measure.low:.3g} to {measure.high:.3g}"
    name = f"{measure.name} ({measure.group})" if measure.group else measure.name
    value = f"{measure.value:.3g} {measure.unit}".rstrip()
    spread = "" if measure.spread is None else f"{measure.spread:.2g}"
    return name, value, bounds, spread, f"{measure.n:,}", measure.better, measure.cannot_tell

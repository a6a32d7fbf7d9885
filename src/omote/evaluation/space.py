"""What a comparison may choose from: for each setting a list of values, or a range of numbers."""

import itertools
import json
import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that a search may choose from.

    Attributes:
        low: the least.
        high: the greatest.
        log: whether equal ratios are equally likely, not equal differences.
        whole: only whole numbers.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False


Space = Mapping[str, Sequence[Any] | Range]


def text_of(value: object) -> str:
    """Return a plain value as the text by which it is known: a choice, or one of its settings."""
    return json.dumps(value)


def grid(space: Space) -> list[dict[str, Any]]:
    """Return all choices: each value with each.

    Raises:
        ValueError: a setting has a range.
    """
    rows = []
    for name, among in space.items():
        if isinstance(among, Range):
            raise ValueError(f"{name} has a range, of which not all can be tried")
        rows.append(among)
    return [dict(zip(space, row, strict=True)) for row in itertools.product(*rows)]


def count(space: Space) -> float:
    """Return how many choices there are; infinity where a range is not of whole numbers."""
    return math.prod(map(_many, space.values()))


def other_than(known: Collection[str], space: Space) -> dict[str, Any]:
    """Draw a choice whose text is not known, of which there must be one."""
    chance = random.Random(len(known))
    while True:
        values = {name: _drawn(among, chance) for name, among in space.items()}
        if text_of(values) not in known:
            return values


def _many(among: Sequence[Any] | Range) -> float:
    if isinstance(among, Range):
        return round(among.high) - round(among.low) + 1 if among.whole else math.inf
    return len(among)


def _drawn(among: Sequence[Any] | Range, chance: random.Random) -> Any:  # noqa: ANN401 - what a setting may be
    if isinstance(among, Range) and among.whole:
        return chance.randint(round(among.low), round(among.high))
    return chance.uniform(among.low, among.high) if isinstance(among, Range) else chance.choice(among)

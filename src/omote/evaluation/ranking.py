"""Which of several choices is best, and whether by more than chance: means over seeds, compared all with all.

Chance is what another seed changes. It is taken to be alike for all choices, so that few seeds of many choices tell it
well (a one-way analysis of variance). Nothing here knows what other faces or another clip would have changed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy import stats

_Scores = npt.NDArray[np.float64]

_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Standing:
    """How a choice stands.

    Attributes:
        name: of the choice.
        mean: of its scores.
        low: 95 % bound of the mean; None where no choice has two scores.
        high: the other bound.
        scores: one for each seed.
        behind: how far its mean is below that of the best; 0 for the best.
        margin: the largest difference to the best that chance makes once in twenty comparisons of all with all (Tukey
            1949, Kramer 1956); None where no choice has two scores.
    """

    name: str
    mean: float
    low: float | None
    high: float | None
    scores: tuple[float, ...]
    behind: float
    margin: float | None

    @property
    def is_told_apart(self) -> bool:
        """Whether it is worse than the best by more than chance."""
        return self.margin is not None and self.behind > self.margin


def ranking(scores: Mapping[str, Sequence[float]]) -> list[Standing]:
    """Return all choices that have a score, the best first.

    Args:
        scores: by the name of the choice, one for each seed; higher is better.
    """
    known = {name: np.asarray(each, np.float64) for name, each in scores.items() if len(each)}
    if not known:
        return []
    means = {name: float(each.mean()) for name, each in known.items()}
    best = max(means, key=means.__getitem__)
    chance = _Chance.of(list(known.values()))
    order = sorted(known, key=lambda name: (name != best, -means[name]))
    return [
        Standing(
            name, means[name], *chance.bounds(known[name]), tuple(known[name].tolist()), means[best] - means[name],
            chance.margin(len(known[best]), len(known[name])),
        )
        for name in order
    ]  # fmt: skip


def effects(chosen: Mapping[str, Mapping[str, str]], standings: Sequence[Standing]) -> dict[str, dict[str, float]]:
    """Return the mean of each value of each setting over all choices that have it, where a setting has several.

    Args:
        chosen: for each choice the values of its settings, by their names.
        standings: of the choices; those without a score are left out.
    """
    means = {standing.name: standing.mean for standing in standings}
    names = dict.fromkeys(chain.from_iterable(chosen[choice] for choice in means))
    found: dict[str, dict[str, float]] = {}
    for name in names:
        values = dict.fromkeys(chosen[choice][name] for choice in means)
        if len(values) > 1:
            found[name] = {
                value: float(np.mean([mean for choice, mean in means.items() if chosen[choice][name] == value]))
                for value in values
            }
    return found


@dataclass(frozen=True, slots=True)
class _Chance:
    """What another seed changes: standard deviation, how many differences it is known from, how many choices."""

    spread: float
    known_by: int
    choices: int

    @classmethod
    def of(cls, scores: Sequence[_Scores]) -> "_Chance":
        known_by = sum(len(each) - 1 for each in scores)
        squares = sum(float(np.square(each - each.mean()).sum()) for each in scores)
        return cls((squares / known_by) ** 0.5 if known_by else 0.0, known_by, len(scores))

    def bounds(self, scores: _Scores) -> tuple[float | None, float | None]:
        if not self.known_by:
            return None, None
        half = float(stats.t.ppf(0.5 + _SURE / 2, self.known_by)) * self.spread / len(scores) ** 0.5
        return float(scores.mean()) - half, float(scores.mean()) + half

    def margin(self, first: int, second: int) -> float | None:
        if not self.known_by or self.choices < 2:
            return None
        return _reach(self.choices, self.known_by) * self.spread * math.sqrt((1 / first + 1 / second) / 2)


@cache
def _reach(choices: int, known_by: int) -> float:  # it takes half a second
    return float(stats.studentized_range.ppf(_SURE, choices, known_by))

"""Which learning rate suits: steps at ever larger rates, until the loss takes off (Smith 2015, arXiv:1506.01186)."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_LOWEST, _HIGHEST = 1e-8, 1.0
_MEMORY: Final = 0.98
_TAKES_OFF: Final = 4.0
_FALL: Final = 0.9
_BELOW: Final = 10.0
_QUIET: Final = 5  # a fifth of the search is at rates below 4e-7
_NOISE: Final = 0.7  # noise alone falls by so much once in a thousand searches
_FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class RateSearch:
    """What a search saw.

    Attributes:
        rates: (N,) of the steps taken, rising.
        losses: (N,) that the steps gave; the last may not be finite.
        smoothed: (N,) their running means.
        suggested: the rate to use; None where the loss never fell.
        why: how it was chosen, or why none was; one sentence.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggested: float | None
    why: str

    def __post_init__(self) -> None:
        if not len(self.rates) == len(self.losses) == len(self.smoothed):
            raise ValueError(f"{len(self.rates)} rates, {len(self.losses)} losses, {len(self.smoothed)} smoothed")


def find_rate(try_step: Callable[[float], float], iterations: int = 300) -> RateSearch:
    """Raise the rate from 1e-8 to 1, each step by the same factor, and suggest one from how the loss goes.

    Suggested is a tenth of the first rate at which the smoothed loss came near its lowest: had nine tenths of the whole
    fall behind it. A tenth, since smoothing tells late of what a rate does. Not the rate of the lowest, since a network
    that is beyond repair may make one grey face for all, with a low loss to the end. Not the steepest place of the
    curve, since it jumps about with the noise of the batches.

    The search ends early where the smoothed loss is 4 times its lowest, or the loss is no number. It keeps nothing: who
    calls puts the run back as it was, whatever comes out.

    Args:
        try_step: takes a step at a rate and returns the loss before it, above 0.
        iterations: steps from the lowest rate to the highest, 20 at least.

    Raises:
        ValueError: too few iterations.
    """
    if iterations < _FEWEST:
        raise ValueError(f"a search takes {_FEWEST} iterations at least, not {iterations}")
    rates: list[float] = []
    losses: list[float] = []
    smoothed = _Smooth()
    for step in range(iterations):
        rates.append(_LOWEST * (_HIGHEST / _LOWEST) ** (step / (iterations - 1)))
        losses.append(try_step(rates[-1]))
        if not smoothed.add(losses[-1]):
            break
    suggested, why = _suggestion(rates, losses, smoothed.values, quiet=iterations // _QUIET)
    return RateSearch(tuple(rates), tuple(losses), tuple(smoothed.values), suggested, why)


class _Smooth:
    """The running mean of losses, freed of its pull to zero at the start as Adam's are."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self._sum = 0.0

    def add(self, loss: float) -> bool:
        """Count a loss in; says whether the search is to go on."""
        self._sum = _MEMORY * self._sum + (1 - _MEMORY) * loss
        self.values.append(self._sum / (1 - _MEMORY ** (len(self.values) + 1)))
        return math.isfinite(loss) and self.values[-1] <= _TAKES_OFF * min(self.values)


def _suggestion(
    rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float], quiet: int
) -> tuple[float | None, str]:
    """Judge the curve by its first steps, whose rates are too low to change anything: they show level and noise."""
    if len(losses) <= quiet or not all(map(math.isfinite, losses[: quiet + 1])):
        return None, f"the loss took off after {len(losses)} steps at rates of next to nothing"
    level, noise = statistics.fmean(losses[:quiet]), statistics.stdev(losses[:quiet])
    lowest = min(value for value in smoothed[quiet:] if math.isfinite(value))
    if lowest >= level - max(_NOISE * noise, 1e-3 * abs(level)):
        return None, f"the loss never fell clearly below the {level:.4g} it began with"
    near = next(
        rate for rate, value in zip(rates[quiet:], smoothed[quiet:], strict=True)
        if value <= level - _FALL * (level - lowest)
    )  # fmt: skip
    return near / _BELOW, f"a tenth of {near:.3g}, where the smoothed loss, {level:.4g} at first, was near its lowest"

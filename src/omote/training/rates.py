"""By how much the base learning rate is multiplied at each step of a run."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from omote.training.config import PhaseConfig

_MARGIN: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Plateau:
    """How often the rate was halved since nothing got better; serves the schedule `plateau` of one phase.

    Attributes:
        halvings: so far.
        best: the lowest measure seen, or None.
        since: iterations since it was seen, or since the last halving where that was later.
    """

    halvings: int = 0
    best: float | None = None
    since: int = 0

    def __post_init__(self) -> None:
        if self.halvings < 0 or self.since < 0:
            raise ValueError(f"halvings and since count from 0, not {self.halvings} and {self.since}")

    def after(self, measure: float, iterations: int, patience: int) -> Self:
        """Return the state after one more measure of the held-out faces.

        Args:
            measure: the lower the better; better means by a ten-thousandth at least, and no NaN is better.
            iterations: since the measure before.
            patience: iterations without a better measure after which the rate is halved.
        """
        if math.isfinite(measure) and (self.best is None or measure < self.best - _MARGIN * abs(self.best)):
            return replace(self, best=measure, since=0)
        since = self.since + iterations
        if since < patience:
            return replace(self, since=since)
        return replace(self, halvings=self.halvings + 1, since=0)

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Take up what `to_json` gave."""
        return cls(**values)


def warm_up(iteration: int, over: int) -> float:
    """Return (iteration + 1) / (over + 1), at most 1: a line from 0, which no step is wasted on, to 1 at `over`."""
    return min(1.0, (iteration + 1) / (over + 1))


def cosine(progress: float) -> float:
    """Return half a cosine: 1 at progress 0, falling to 0 at 1 (Loshchilov & Hutter 2017, without restarts)."""
    return (1 + math.cos(math.pi * min(1.0, max(0.0, progress)))) / 2


def rate_factor(phase: PhaseConfig, *, iteration: int, warmup: int, progress: float, plateau: Plateau) -> float:
    """Return what the run's base rate is multiplied by.

    Args:
        phase: its factor and schedule.
        iteration: of the run, from 0; the rise over the first `warmup` of them is the run's, not each phase's.
        warmup: iterations.
        progress: of the phase, 0 to 1.
        plateau: of the phase.
    """
    scheduled = {"constant": 1.0, "cosine": cosine(progress), "plateau": 0.5**plateau.halvings}
    return phase.learning_rate * warm_up(iteration, warmup) * scheduled[phase.schedule]

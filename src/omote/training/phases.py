"""Where a run is in its list of phases, and when one ends."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from omote.training.config import PhaseConfig


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is done: after so many iterations, or so many seconds of steps, earlier calls counted in."""

    iterations: int
    seconds: float = float("inf")

    def reached(self, now: "Moment") -> bool:
        """Say whether a run that is so far is done."""
        return now.iteration >= self.iterations or now.seconds >= self.seconds


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a run is.

    Attributes:
        iteration: steps done.
        seconds: spent in steps.
    """

    iteration: int = 0
    seconds: float = 0.0

    def share(self, limits: Limits) -> float:
        """Return which part of the whole run is over, 0 to 1."""
        return min(1.0, max(self.iteration / limits.iterations, self.seconds / limits.seconds))


@dataclass(frozen=True, slots=True)
class Place:
    """Which phase a run is in and when that began.

    Attributes:
        number: of the phase, from 0.
        began: the moment.
        share: of the whole run that was over then; a run that is made longer later begins its phase no earlier.
    """

    number: int = 0
    began: Moment = Moment()
    share: float = 0.0

    def progress(self, phases: Sequence[PhaseConfig], now: Moment, limits: Limits) -> float:
        """Return which part of the phase is over, 0 to 1, by the end that is nearest; a plateau shows no nearing."""
        phase = phases[self.number]
        last = self.number + 1 == len(phases)
        ends = [0.0]
        if phase.iterations:
            ends.append((now.iteration - self.began.iteration) / phase.iterations)
        if phase.minutes:
            ends.append((now.seconds - self.began.seconds) / (60 * phase.minutes))
        if last or phase.share:
            end = 1.0 if last else phase.share or 1.0
            # One that began where the run was to end has, if the run is made longer, what was added.
            start = self.share if self.share < 1 else self.began.share(limits)
            ends.append((now.share(limits) - start) / (end - start) if end > start else 1.0)
        return min(1.0, max(ends))

    def following(self, now: Moment, limits: Limits) -> Self:
        """Return the place at the beginning of the next phase."""
        return type(self)(self.number + 1, now, now.share(limits))

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any], phases: Sequence[PhaseConfig]) -> Self:
        """Read what `to_json` wrote; where the list of phases has become shorter this is its last."""
        return cls(min(values["number"], len(phases) - 1), Moment(**values["began"]), values["share"])

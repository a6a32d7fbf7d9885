"""What a stage tells whoever watches it: a terminal, a page, a test. Stages emit; they never print."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a step is. `total` is 0 while it is unknown."""

    step: str
    done: int
    total: int
    unit: str = "frames"


@dataclass(frozen=True, slots=True)
class Note:
    """A line worth reading."""

    text: str


@dataclass(frozen=True, slots=True)
class Trained:
    """How training stands.

    Attributes:
        iteration: steps done.
        loss_a: mean of A's loss since the last report.
        loss_b: mean of B's loss since the last report.
        per_second: iterations a second.
        phase: name of the phase, if there is one.
        faces_per_second: faces of both people, on all devices; None when not known.
        seconds_left: until the run's limits are reached at this rate; None when not known.
    """

    iteration: int
    loss_a: float
    loss_b: float
    per_second: float
    phase: str = ""
    faces_per_second: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What a training's held-out faces came out like.

    Attributes:
        iteration: steps done.
        seconds: spent in steps.
        ssim: mean of both people's, 1 when equal; None where nothing was held out.
    """

    iteration: int
    seconds: float
    ssim: float | None


Event = Progress | Note | Trained | Measured
Emit = Callable[[Event], None]


def silent(event: Event) -> None:
    """Swallow an event: the watcher of those who watch nothing."""

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
    """How training stands. Losses are means since the last report."""

    iteration: int
    loss_a: float
    loss_b: float
    per_second: float


Event = Progress | Note | Trained
Emit = Callable[[Event], None]


def silent(event: Event) -> None:
    """Swallow an event: the watcher of those who watch nothing."""

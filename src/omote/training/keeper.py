"""What a loop asks of whoever keeps and shows the run."""

from dataclasses import dataclass
from typing import Protocol

from omote.runtime.model_folder import Checkpoint
from omote.training.history import Row
from omote.training.run import Run


@dataclass(frozen=True, slots=True)
class Told:
    """How a run goes: means since the last telling.

    Attributes:
        parts: (2, terms): of A and B, each term of the loss times its weight.
        per_second: iterations a second.
        rate: the learning rate now.
    """

    parts: list[list[float]]
    per_second: float
    rate: float

    @property
    def loss_a(self) -> float:
        """A's loss."""
        return sum(self.parts[0])

    @property
    def loss_b(self) -> float:
        """B's loss."""
        return sum(self.parts[1])


class Keeper(Protocol):
    """Keeps and shows a run. Of several processes only the first one's does anything but `last`."""

    def save(self, run: Run) -> None:
        """Keep the run as it is."""

    def ready(self) -> bool:
        """Say whether it is time for another save, as one that takes long is not to be made often."""

    def last(self) -> Checkpoint:
        """Return what was saved last."""

    def told(self, run: Run, told: Told) -> None:
        """Learn, about once a second, how it goes."""

    def measured(self, run: Run, row: Row) -> None:
        """Learn how it stands, with the measure of held-out faces where there are any; keep it if it is the best."""

    def say(self, text: str) -> None:
        """Learn of something out of the ordinary."""

"""A drawn clip as a source: what the demo and tests read in place of footage. Nothing of it lies on a disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from omote.cast.actor import Actor
from omote.cast.render import Shot, render
from omote.cast.scene import Scene
from omote.core.types import Frame
from omote.media.source import SourceFacts


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """An actor playing scenes. It is a `media.source.Source`.

    Attributes:
        name: what the clip is called.
        actor: who plays.
        scenes: what, a scene a frame.
        width: of a frame in pixels.
        height: of a frame in pixels.
        rate: frames in a second.
    """

    name: str
    actor: Actor
    scenes: Sequence[Scene]
    width: int = 480
    height: int = 360
    rate: int = 25

    @property
    def facts(self) -> SourceFacts:
        """What is known of the clip."""
        return SourceFacts(
            Path(self.name), "pictures", self.width, self.height, len(self.scenes),
            Fraction(1, self.rate), Fraction(self.rate), 0, f"drawn-{self.name}",
        )  # fmt: skip

    def shot(self, index: int) -> Shot:
        """Draw a frame together with its truth."""
        return render(self.actor, self.scenes[index], self.width, self.height)

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Draw the frames from number `start` on."""
        for index in range(start, len(self.scenes)):
            yield Frame(index, index, f"{self.name}_{index + 1:06d}", self.shot(index).rgb)

"""A drawn clip of several actors in one picture, who may pass one another. Nothing of it lies on a disk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from omote.cast.actor import Actor
from omote.cast.render import Shot, render_together
from omote.cast.scene import Place, Scene
from omote.cast.take import take
from omote.core.types import Frame
from omote.media.source import SourceFacts


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Actors playing together. It is a `media.source.Source`.

    Attributes:
        name: what the clip is called.
        players: each with a scene a frame; who stands nearer comes later.
        width: of a frame in pixels.
        height: of a frame in pixels.
        rate: frames in a second.
    """

    name: str
    players: Sequence[tuple[Actor, Sequence[Scene]]]
    width: int = 480
    height: int = 360
    rate: int = 25

    @property
    def facts(self) -> SourceFacts:
        """What is known of the clip."""
        return SourceFacts(
            Path(self.name), "pictures", self.width, self.height, len(self.players[0][1]),
            Fraction(1, self.rate), Fraction(self.rate), 0, f"drawn-{self.name}",
        )  # fmt: skip

    def shots(self, index: int) -> list[Shot]:
        """Draw a frame together with its truth for each player; they share the picture."""
        return render_together([(actor, scenes[index]) for actor, scenes in self.players], self.width, self.height)

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Draw the frames from number `start` on."""
        for index in range(start, len(self.players[0][1])):
            yield Frame(index, index, f"{self.name}_{index + 1:06d}", self.shots(index)[0].rgb)


def crossing(first: Actor, second: Actor, frames: int, seed: int = 0, turning: float = 0.4) -> Together:
    """Let two actors talk while they change places: the second passes before the first, half as near again.

    Args:
        first: goes from left to right, behind.
        second: goes from right to left, before the first.
        frames: how many.
        seed: which performances.
        turning: 0 to 1, how far their heads turn.
    """
    way = 0.5 - 0.26 * np.cos(np.pi * np.linspace(0, 1, frames))
    players = list[tuple[Actor, list[Scene]]]()
    for actor, part, across, size in ((first, 0, way, 0.42), (second, 1, 1 - way, 0.6)):
        scenes = take(2 * seed + part, frames, turning=turning, size=size)
        light = scenes[0].light if not players else players[0][1][0].light
        moved = [
            replace(scene, place=Place(float(x), scene.place.y + 0.05, scene.place.size), light=light)
            for scene, x in zip(scenes, across, strict=True)
        ]
        players.append((actor, moved))
    return Together(f"crossing-{seed}", players)

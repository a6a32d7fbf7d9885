"""Who is cast together, and what they play: clips to learn from and performances that a swap of them is judged by.

What is learnt from is cut together from short takes at few frames a second: each frame costs drawing time, and many
lights, backdrops and poses teach more than many frames of one. Draws nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from omote.cast.actor import Actor
from omote.cast.clip import Clip
from omote.cast.scene import Light, Scene
from omote.cast.take import YAW, take

_WIDTH, _HEIGHT = 320, 240
_TAKE_FRAMES, _TAKE_RATE, _PLATE_RATE = 25, 8, 25
_TURNING, _HEAD = 0.5, 0.46
_SEEDS, _FIRST_OF_B, _OF_PLATE = (
    100,
    50,
    99,
)  # seeds of takes: a hundred for each cast, shared out so that none is twice
_OF_TRIAL = (98, 97, 96)
MOST_FRAMES = _TAKE_FRAMES * (min(_OF_TRIAL) - _FIRST_OF_B)
"""Of a clip to learn from: more would take in the performances that a swap is judged by."""
_ASIDE, _LOW, _DIM, _WARM = (55.0, 80.0), 12.0, 0.22, 0.9  # of a light that no take has


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors, by their seeds.

    Attributes:
        a: who plays in the footage that is changed.
        b: whose face is put there.
    """

    a: int
    b: int

    def __post_init__(self) -> None:
        if min(self.a, self.b) < 0 or self.a == self.b:
            raise ValueError(f"a pair is of two actors with seeds of 0 or more, not {self.a} and {self.b}")


PAIRS = (
    Pair(21, 5), Pair(6, 24), Pair(23, 57), Pair(30, 64), Pair(31, 65),
    Pair(3, 27), Pair(20, 54), Pair(9, 43), Pair(0, 34), Pair(11, 53),
)  # fmt: skip
"""Of like build and skin, as one would cast a double, but with unlike features, brows, hair or beard: a swap must show.

Skin goes from very light to very dark in four steps; the first three pairs are of three of them, men and women.
"""


def clips_of(pair: Pair, frames: int, plate_frames: int, seed: int = 0) -> dict[str, Clip]:
    """Return A's and B's clips to learn from, a plate that A plays, and the true swap: the plate played by B.

    Args:
        pair: who plays.
        frames: of each clip that is learnt from, 1 to 1150.
        plate_frames: of the plate, 1 or more; it is one take like those that are learnt from, but none of them.
        seed: which performances, 0 or more.

    Returns:
        The clips `a`, `b`, `plate` and `truth`.
    """
    if not 1 <= frames <= MOST_FRAMES:
        raise ValueError(f"a clip to learn from has 1 to {MOST_FRAMES} frames, not {frames}")
    first = _SEEDS * seed
    plate = take(first + _OF_PLATE, plate_frames, _PLATE_RATE, _TURNING, _HEAD)
    learnt = {"a": (pair.a, first), "b": (pair.b, first + _FIRST_OF_B)}
    clips = {
        side: _clip(f"actor-{side}_{seed}", actor, _takes(takes, frames), _TAKE_RATE)
        for side, (actor, takes) in learnt.items()
    }
    return clips | _played(pair, "plate", "truth", plate, seed)


def trial_of(pair: Pair, frames: int, seed: int = 0) -> dict[str, Clip]:
    """Return a plate that A plays and its true swap, of which a part is like no clip that is learnt from.

    A third is a take like those. In the next the head turns twice as far to both sides as it does there; in the last a
    low and warm lamp stands farther aside, and little light comes from around.

    Args:
        pair: who plays.
        frames: of the plate, 3 or more.
        seed: which performances, 0 or more.

    Returns:
        The clips `plate` and `truth`.
    """
    if frames < len(_OF_TRIAL):
        raise ValueError(f"a trial has 3 frames or more, not {frames}")
    lengths = [len(part) for part in np.array_split(np.arange(frames), len(_OF_TRIAL))]
    usual, turned, lit = (
        take(_SEEDS * seed + number, length, _PLATE_RATE, _TURNING, _HEAD)
        for number, length in zip(_OF_TRIAL, lengths, strict=True)
    )
    return _played(pair, "trial", "trial-truth", (*usual, *_turned(turned), *_lit(lit)), seed)


def _played(pair: Pair, plate: str, truth: str, scenes: Sequence[Scene], seed: int) -> dict[str, Clip]:
    return {
        "plate": _clip(f"{plate}_{seed}", pair.a, scenes, _PLATE_RATE),
        "truth": _clip(f"{truth}_{seed}", pair.b, scenes, _PLATE_RATE),
    }


def _clip(name: str, actor: int, scenes: Sequence[Scene], rate: int) -> Clip:
    return Clip(name, Actor.from_seed(actor), scenes, _WIDTH, _HEIGHT, rate)


def _takes(seed: int, frames: int) -> list[Scene]:
    """Return short takes, one after another, each of a new performance in a new place."""
    lengths = (min(_TAKE_FRAMES, frames - start) for start in range(0, frames, _TAKE_FRAMES))
    takes = (take(seed + part, length, _TAKE_RATE, _TURNING, _HEAD) for part, length in enumerate(lengths))
    return list(chain.from_iterable(takes))


def _turned(scenes: Sequence[Scene]) -> Iterator[Scene]:
    """Turn the head from one side to the other in the course of the scenes."""
    for scene, yaw in zip(scenes, np.linspace(-YAW, YAW, len(scenes)), strict=True):
        yield replace(scene, pose=replace(scene.pose, yaw=float(yaw)))


def _lit(scenes: Sequence[Scene]) -> Iterator[Scene]:
    """Move a low sun further aside in the course of the scenes, on the side where their lamp stood."""
    for scene, aside in zip(scenes, np.linspace(*_ASIDE, len(scenes)), strict=True):
        azimuth = float(np.copysign(aside, scene.light.azimuth))
        yield replace(scene, light=Light(azimuth, _LOW, _DIM, _WARM))

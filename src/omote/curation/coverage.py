"""What a faceset covers of poses, light and expressions, and what one lacks that another shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from omote.curation.aspects import SHUT, Aspects

BIN = 15
"""Degrees a cell of the pose map is wide and high; the middle one is looking straight ahead."""

_SIDE = 0.1  # see `Light.side`; a lamp 35° to the side gives about 0.15
_DARK, _BRIGHT = 60.0, 190.0
_OPEN, _WIDE = 2.0, 6.0
_RARE = 0.01  # what so few faces of A show is not asked of B
_SET, _QUARTER, _LEAST = 1000, 0.25, 10

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that a face can show, in words that follow "a face is …"."""

    words: str
    holds: Callable[[Aspects], Flags]


def _turned(low: float, high: float, side: int, words: str) -> Situation:
    return Situation(words, lambda seen: (seen.yaw * side >= low) & (seen.yaw * side < high))


# Left and right are the picture's.
SITUATIONS = (
    _turned(45, 360, -1, "turned left by more than 45°"),
    _turned(30, 45, -1, "turned left by 30 to 45°"),
    _turned(15, 30, -1, "turned left by 15 to 30°"),
    Situation("facing the camera", lambda seen: np.abs(seen.yaw) < 15),
    _turned(15, 30, 1, "turned right by 15 to 30°"),
    _turned(30, 45, 1, "turned right by 30 to 45°"),
    _turned(45, 360, 1, "turned right by more than 45°"),
    Situation("looking up by more than 15°", lambda seen: seen.pitch > 15),
    Situation("looking down by more than 15°", lambda seen: seen.pitch < -15),
    Situation("with the mouth closed", lambda seen: seen.mouth < _OPEN),
    Situation("with the mouth open, as in talking", lambda seen: (seen.mouth >= _OPEN) & (seen.mouth < _WIDE)),
    Situation("with the mouth wide open", lambda seen: seen.mouth >= _WIDE),
    Situation("with the eyes shut", lambda seen: seen.eyes < SHUT),
    Situation("dark", lambda seen: seen.brightness < _DARK),
    Situation("very bright", lambda seen: seen.brightness > _BRIGHT),
    Situation("lit from the left", lambda seen: seen.side < -_SIDE),
    Situation("lit from the right", lambda seen: seen.side > _SIDE),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many faces of a set show something."""

    words: str
    faces: int
    share: float


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that A shows often and B hardly.

    Attributes:
        words: what, as `Situation.words`.
        faces_a: of A that show it.
        share_a: the same as a share of A.
        faces_b: of B that show it.
        wanted: how many B should have: a quarter of what a set of 1,000 faces like A's has, 10 at least.
    """

    words: str
    faces_a: int
    share_a: float
    faces_b: int
    wanted: int

    @property
    def weight(self) -> float:
        """Share of A's faces for which B has nothing to learn from; soon small where B has some."""
        return self.share_a * (1 - self.faces_b / self.wanted) ** 2


def tallies(seen: Aspects) -> list[Tally]:
    """Count the faces in each situation."""
    counts = [(situation.words, int(situation.holds(seen).sum())) for situation in SITUATIONS]
    return [Tally(words, count, count / len(seen)) for words, count in counts]


def lacks(a: Aspects, b: Aspects) -> list[Lack]:
    """Return what B lacks that A needs, what concerns most of A's faces first."""
    found = []
    for one, other in zip(tallies(a), tallies(b), strict=True):
        wanted = max(_LEAST, ceil(_QUARTER * one.share * _SET))
        if one.share >= _RARE and other.faces < wanted:
            found.append(Lack(one.words, one.faces, one.share, other.faces, wanted))
    return sorted(found, key=lambda lack: -lack.weight)


def pose_map(seen: Aspects) -> dict[tuple[int, int], Sequence[int]]:
    """Return the places of the faces in each cell of the pose map that has any, the sharpest first.

    A cell is named by the yaw and pitch of its middle in degrees: (0, 0), (15, 0), (-15, 30), ….
    """
    yaw, pitch = (BIN * np.round(angles / BIN).astype(int) for angles in (seen.yaw, seen.pitch))
    cells: dict[tuple[int, int], list[int]] = {}
    for place in np.argsort(-seen.sharpness, kind="stable").tolist():
        cells.setdefault((int(yaw[place]), int(pitch[place])), []).append(place)
    return dict(cells)

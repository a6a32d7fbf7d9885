"""Whose faces are which in sampled frames, as far as the search for the watermark needs it.

Which of several people were replaced is not known, so each is looked at alone, and the largest of each frame together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.geometry import compose, inverse, warp
from omote.marking.pattern import SIDE, to_square
from omote.marking.reading import Evidence, Sight, read, sight
from omote.marking.straying import set_right

_NEAR = 0.5  # of a face's size: so far its points may have moved from one sample to the next
_LIKE = 1.4  # times its size
_MOST = 24


@dataclass(slots=True)
class _Trail:
    """Sights of a face and where its points were in the frames."""

    points: list[Floats] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)

    def add(self, points: Floats, seen: Sight) -> None:
        self.points.append(points)
        self.sights.append(seen)

    def set_right(self) -> list[Sight]:
        """Return the sights as they are where the points do not stray."""
        right = set_right(np.stack(self.points), np.array([seen.seconds for seen in self.sights]))
        return [
            seen if (was == now).all() else _seen_anew(seen, was, now)
            for seen, was, now in zip(self.sights, self.points, right, strict=True)
        ]


@dataclass(slots=True)
class Gathering:
    """Sights of faces, frame by frame in order of time."""

    _trails: list[_Trail] = field(default_factory=list)
    _largest: _Trail = field(default_factory=_Trail)

    def add(self, frame: Picture, faces: Sequence[Floats], seconds: float) -> None:
        """Add the faces of one frame.

        Args:
            frame: (H, W, 3) uint8.
            faces: (68, 2) of each, the largest first.
            seconds: when the frame is shown.
        """
        taken: set[int] = set()
        for place, points in enumerate(faces):
            seen = sight(frame, points, seconds)
            if place == 0:
                self._largest.add(points, seen)
            number = self._nearest(points, taken)
            taken.add(number)
            if number == len(self._trails):
                self._trails.append(_Trail())
            self._trails[number].add(points, seen)

    def evidence(self) -> Evidence | None:
        """Return the strongest evidence, its chance multiplied by the number of readings; None where no face was."""
        trails = sorted(self._trails, key=lambda trail: -len(trail.sights))[:_MOST]
        groups = trails if len(trails) == 1 else [self._largest, *trails]
        readings = [read(group.set_right()) for group in groups if group.sights]
        if not readings:
            return None
        best = min(readings, key=lambda each: each.chance)
        return Evidence(best.strength, min(1.0, best.chance * len(readings)), best.sights)

    def _nearest(self, points: Floats, taken: set[int]) -> int:
        """Return the number of the trail that a face goes on with, or that of a new one."""
        size = _size(points)
        best, number = _NEAR * size, len(self._trails)
        for other, trail in enumerate(self._trails):
            away = float(np.linalg.norm(trail.points[-1].mean(0) - points.mean(0)))
            if other not in taken and away < best and 1 / _LIKE < _size(trail.points[-1]) / size < _LIKE:
                best, number = away, other
        return number


def _seen_anew(seen: Sight, was: Floats, now: Floats) -> Sight:
    """Return a sight by other points of the frame than it was made by."""
    return Sight(seen.seconds, warp(seen.square, compose(to_square(now), inverse(to_square(was))), SIDE, SIDE))


def _size(points: Floats) -> float:
    return float(np.ptp(points, axis=0).max())

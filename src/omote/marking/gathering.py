"""Whose faces are which in sampled frames, as far as the search for the watermark needs it.

Which of several people were replaced is not known, so each is looked at alone, and the largest of each frame together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from omote.core.types import Floats, Picture
from omote.marking.reading import Evidence, Sight, read, sight

_NEAR = 0.5  # of a face's size: so far its points may have moved from one sample to the next
_LIKE = 1.4  # times its size
_MOST = 24


@dataclass(slots=True)
class _Trail:
    points: Floats
    sights: list[Sight]


@dataclass(slots=True)
class Gathering:
    """Sights of faces, frame by frame in order of time."""

    _trails: list[_Trail] = field(default_factory=list)
    _largest: list[Sight] = field(default_factory=list)

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
                self._largest.append(seen)
            number = self._nearest(points, taken)
            taken.add(number)
            if number == len(self._trails):
                self._trails.append(_Trail(points, []))
            self._trails[number].points = points
            self._trails[number].sights.append(seen)

    def evidence(self) -> Evidence | None:
        """Return the strongest evidence, its chance multiplied by the number of readings; None where no face was."""
        trails = sorted((trail.sights for trail in self._trails), key=len, reverse=True)[:_MOST]
        groups = trails if len(trails) == 1 else [self._largest, *trails]
        readings = [read(group) for group in groups if group]
        if not readings:
            return None
        best = min(readings, key=lambda each: each.chance)
        return Evidence(best.strength, min(1.0, best.chance * len(readings)), best.sights)

    def _nearest(self, points: Floats, taken: set[int]) -> int:
        """Return the number of the trail that a face goes on with, or that of a new one."""
        size = _size(points)
        best, number = _NEAR * size, len(self._trails)
        for other, trail in enumerate(self._trails):
            away = float(np.linalg.norm(trail.points.mean(0) - points.mean(0)))
            if other not in taken and away < best and 1 / _LIKE < _size(trail.points) / size < _LIKE:
                best, number = away, other
        return number


def _size(points: Floats) -> float:
    return float(np.ptp(points, axis=0).max())

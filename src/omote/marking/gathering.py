"""Whose faces are which in sampled frames, as far as the search for the watermark needs it.

A trail is one face in one shot. Which of several people were replaced is not known, so all trails are read together and
the longest each alone; and all of it in three ways, by the points as they were found, by which the mark was laid, and
with the sights steadied or brought onto each other, for points that were found in a coarser picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.geometry import compose, inverse, warp
from omote.marking.pattern import SIDE, to_square
from omote.marking.reading import Evidence, Sight, read, sight
from omote.marking.registering import registered, steadied
from omote.marking.straying import set_right

_NEAR = 0.5  # of a face's size: so far its points may have moved from one sample to the next
_LIKE = 1.4  # times its size
_BREAK = 1.0  # seconds without a sight, after which a face may be another one
_ALONE = 6  # trails that are read alone, at most: each more makes all the others less sure


@dataclass(slots=True, eq=False)
class _Trail:
    """Sights of a face in one shot and where its points were in the frames."""

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
    """Sights of faces, frame by frame in order of time, stretch by stretch of a film."""

    _trails: list[_Trail] = field(default_factory=list)
    _open: list[_Trail] = field(default_factory=list)

    def add(self, frame: Picture, faces: Sequence[Floats], seconds: float, *, cut: bool = False) -> None:
        """Add the faces of one frame.

        Args:
            frame: (H, W, 3) uint8.
            faces: (68, 2) of each.
            seconds: when the frame is shown.
            cut: a shot begins with it.
        """
        going = [each for each in self._open if not cut and 0 <= seconds - each.sights[-1].seconds <= _BREAK]
        self._open = going.copy()
        for points in faces:
            trail = _nearest(points, going)
            if trail is None:
                trail = _Trail()
                self._trails.append(trail)
                self._open.append(trail)
            else:
                going.remove(trail)
            trail.add(points, sight(frame, points, seconds))

    def evidence(self, looks: int = 1) -> Evidence | None:
        """Return the strongest evidence, its chance multiplied by the number of readings; None where no face was.

        Args:
            looks: how often this is asked for, at most, while more is added.
        """
        if not self._trails:
            return None
        right = sorted((trail.set_right() for trail in self._trails), key=len, reverse=True)
        ways = [right]
        if len(right[0]) > 2:  # else there is nothing to bring onto each other
            ways += [[how(trail) for trail in right] for how in (steadied, registered)]
        readings = [
            read(group)
            for trails in ways
            for group in [trails, *([trail] for trail in trails[:_ALONE] if len(trails) > 1)]
        ]
        best = min(readings, key=lambda each: each.chance)
        return Evidence(best.strength, min(1.0, best.chance * len(readings) * looks), best.sights)


def _nearest(points: Floats, trails: Sequence[_Trail]) -> _Trail | None:
    """Return the trail that a face goes on with, if any."""
    size = _size(points)
    best, found = _NEAR * size, None
    for trail in trails:
        away = float(np.linalg.norm(trail.points[-1].mean(0) - points.mean(0)))
        if away < best and 1 / _LIKE < _size(trail.points[-1]) / size < _LIKE:
            best, found = away, trail
    return found


def _seen_anew(seen: Sight, was: Floats, now: Floats) -> Sight:
    """Return a sight by other points of the frame than it was made by."""
    return Sight(seen.seconds, warp(seen.square, compose(to_square(now), inverse(to_square(was))), SIDE, SIDE))


def _size(points: Floats) -> float:
    return float(np.ptp(points, axis=0).max())

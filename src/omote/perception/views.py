"""What a detector is shown of a picture: all of it within mirrored margins, tiles, quarter turns; and the way back."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from omote.core.types import Detection, Picture

_CUT = 0.04  # of a face's sides: nearer to the edge of a tile, the tile has perhaps not all of it


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of a picture, turned.

    Attributes:
        whole: (H, W, 3) uint8, the picture.
        box: left, top, right, bottom in its pixels; what lies outside the picture is its mirror image.
        quarter: quarter turns against the clock, after the cut.
    """

    whole: Picture
    box: tuple[int, int, int, int]
    quarter: int = 0

    def picture(self) -> Picture:
        """Return what is seen: (bottom − top, right − left, 3) uint8, or with its sides swapped by a turn."""
        height, width = self.whole.shape[:2]
        left, top, right, bottom = self.box
        inside = self.whole[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
        if min(left, top, width - right, height - bottom) < 0:
            beyond = ((max(-top, 0), max(bottom - height, 0)), (max(-left, 0), max(right - width, 0)), (0, 0))
            inside = np.pad(inside, beyond, mode="symmetric")
        return np.ascontiguousarray(np.rot90(inside, self.quarter))

    def back(self, face: Detection) -> Detection:
        """Bring a face found in the view to the picture's coordinates."""
        left, top, right, bottom = self.box
        sides = (right - left, bottom - top)
        points, corners = face.points, face.box.reshape(2, 2)
        for turn in range(self.quarter, 0, -1):
            width = sides[(turn - 1) % 2]  # before this turn
            points, corners = (np.stack([width - at[:, 1], at[:, 0]], 1) for at in (points, corners))
        corner = np.array([left, top], np.float32)
        box = np.concatenate([corners.min(0) + corner, corners.max(0) + corner])
        return Detection(box.astype(np.float32), face.score, (points + corner).astype(np.float32))

    def has_all(self, face: Detection) -> bool:
        """Whether a face in the picture's coordinates is not cut by an edge of the view inside the picture."""
        height, width = self.whole.shape[:2]
        room = np.tile(face.box[2:] - face.box[:2], 2) * _CUT
        away = (face.box - self.box) * (1, 1, -1, -1)
        return bool(((away > room) | (np.array(self.box) * (1, 1, -1, -1) <= (0, 0, -width, -height))).all())


def whole(picture: Picture, margin: float = 0.0, quarter: int = 0) -> View:
    """Return the view of all of a picture, with a mirrored margin on each side that is a share of its longer one."""
    height, width = picture.shape[:2]
    room = round(margin * max(height, width))
    return View(picture, (-room, -room, width + room, height + room), quarter)


def tiles(picture: Picture, side: int, shared: float) -> Iterator[View]:
    """Give tiles of at most `side` pixels that cover a picture; neighbours share at least that part of a side."""
    height, width = picture.shape[:2]
    for top, bottom in _stretches(height, side, shared):
        for left, right in _stretches(width, side, shared):
            yield View(picture, (left, top, right, bottom))


def _stretches(length: int, side: int, shared: float) -> list[tuple[int, int]]:
    if length <= side:
        return [(0, length)]
    count = ceil((length - side) / (side * (1 - shared))) + 1
    return [(round(start), round(start) + side) for start in np.linspace(0, length - side, count)]

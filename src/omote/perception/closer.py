"""A closer look at faces that are doubtful or lie on their side: each upright, alone and at the size that suits best.

What is no face may look like one at one size, in one place or upside down; hardly ever does it in its own picture, too.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from omote.core.types import Detection, Floats, Picture
from omote.imaging.boxes import overlaps
from omote.imaging.geometry import resize
from omote.perception.contracts import Detector
from omote.perception.views import View

_CELL, _ACROSS = 213, 3  # pictures of this side in rows and columns: one pass of a detector for nine faces
_ROOM = 2.2  # side of the picture around a face, in sides of its box
_SURE = 0.25  # so far above the threshold a face needs no closer look
_SAME_FACE = 0.35


class CloserLook:
    """Looks at single faces again.

    Args:
        detector: that found them.
        threshold: certainty that a face must have in the mean of both looks.
    """

    def __init__(self, detector: Detector, threshold: float) -> None:
        self._detector, self._threshold = detector, threshold

    def settled(self, picture: Picture, found: Sequence[Detection]) -> list[Detection]:
        """Return the faces of `found` that stand, in their order.

        A certain one stands as it is. One that was doubtful or lay on its side has the box and points of the closer
        look, and its certainty is the mean of both.
        """
        sure = self._threshold + _SURE
        asked = [face for face in found if face.score < sure or quarter_of(face.points)]
        seen = {id(face): again for face, again in zip(asked, self._again(picture, asked), strict=True) if again}
        stand = [face for face in found if face.score >= sure or id(face) in seen]
        both = [_of_both(face, seen[id(face)]) if id(face) in seen else face for face in stand]
        return [face for face in both if face.score >= self._threshold]

    def _again(self, picture: Picture, faces: Sequence[Detection]) -> Iterator[Detection | None]:
        for first in range(0, len(faces), _ACROSS**2):
            some = faces[first : first + _ACROSS**2]
            views = [View(picture, _surroundings(face.box), quarter_of(face.points)) for face in some]
            (found,) = self._detector.detect([_sheet(views)])
            for place, (face, view) in enumerate(zip(some, views, strict=True)):
                here = [view.back(_in_view(other, view)) for other in found if _cell_of(other) == place]
                shared = overlaps(face.box, [other.box for other in here])[0]
                same = [other for other, share in zip(here, shared, strict=True) if share > _SAME_FACE]
                yield max(same, key=lambda face: face.score, default=None)


def quarter_of(points: Floats) -> int:
    """Return how many quarter turns against the clock bring a face of (5, 2) points nearest to upright: 0 to 3."""
    x, y = points[3:].mean(0) - points[:2].mean(0)
    return round(float(np.degrees(np.arctan2(-x, y))) / 90) % 4


def _of_both(face: Detection, again: Detection) -> Detection:
    return Detection(again.box, (face.score + again.score) / 2, again.points)


def _surroundings(box: Floats) -> tuple[int, int, int, int]:
    side = max(2, round(_ROOM * float((box[2:] - box[:2]).max())))
    left, top = (round(float(middle) - side / 2) for middle in (box[:2] + box[2:]) / 2)
    return left, top, left + side, top + side


def _sheet(views: Sequence[View]) -> Picture:
    sheet = np.zeros((_ACROSS * _CELL, _ACROSS * _CELL, 3), np.uint8)
    for place, view in enumerate(views):
        top, left = (_CELL * number for number in divmod(place, _ACROSS))
        sheet[top : top + _CELL, left : left + _CELL] = resize(view.picture(), _CELL, _CELL)
    return sheet


def _cell_of(face: Detection) -> int:
    across, down = (face.box[:2] + face.box[2:]) / 2 // _CELL
    return int(down) * _ACROSS + int(across)


def _in_view(face: Detection, view: View) -> Detection:
    down, across = divmod(_cell_of(face), _ACROSS)
    scale = np.float32((view.box[2] - view.box[0]) / _CELL)
    corner = np.array([across, down], np.float32) * _CELL
    box = ((face.box.reshape(2, 2) - corner) * scale).reshape(4)
    return Detection(box, face.score, (face.points - corner) * scale)

"""From a picture to the boxes of its faces: what the detector is shown of it, and what is kept of its answers."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from omote.core.types import Detection, Floats, Picture
from omote.imaging.boxes import covered, overlaps
from omote.perception.closer import CloserLook
from omote.perception.config import LookConfig
from omote.perception.registry import detector
from omote.perception.views import View, tiles, whole

_SAME_FACE, _INSIDE = 0.4, 0.7
_CANDIDATE = 0.6  # of the threshold: what is at least as certain may prove a face in a closer look
_MARGIN = 0.15
_SHARED = 0.2  # of a tile's side
# Detectors see a picture at 640 to 960 px. So many heights of a face fit into the longer side of a view in which it is
# seen at all, more often than not, and as well as can be.
_SEEN, _SEEN_OFTEN, _SEEN_WELL = 96, 72, 48
_LEAST_TILE = 480
_SUBJECT = 16  # a person who stands from edge to edge has a face a tenth as high


class Finder:
    """Finds faces with one detector, loaded once."""

    def __init__(self, config: LookConfig) -> None:
        self._config = config
        # Not below 0.2, where a detector sees faces everywhere.
        least = min(config.threshold, max(_CANDIDATE * config.threshold, 0.2))
        self._detector = detector(config.detector, least)
        self._closer = CloserLook(self._detector, config.threshold)

    def find(self, pictures: Sequence[Picture]) -> list[list[Detection]]:
        """Return the faces of each picture that are large enough, the most certain first; boxes end at its border."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> list[Detection]:
        seen = self._seen(self._views(picture))
        if self._config.care == "thorough" and self._config.tiles == "auto":
            seen += self._seen(_around_small(picture, seen, self._tile(_SEEN_WELL)))
        faces = self._settled(picture, seen)
        if self._config.care == "thorough" and not self._config.rotate and not faces:
            # A picture that was taken on its side shows its people large; smaller things are more often no faces.
            least = max(picture.shape[:2]) / _SUBJECT
            faces = [face for face in self._settled(picture, self._seen(_turns(picture))) if _side(face) >= least]
        return faces

    def _views(self, picture: Picture) -> Iterator[View]:
        yield whole(picture)
        if self._config.care == "thorough":
            yield whole(picture, _MARGIN)
        if self._config.rotate:
            yield from _turns(picture)
        longer = max(picture.shape[:2])
        if self._config.tiles == "always" and longer > self._tile(_SEEN_WELL):
            yield from tiles(picture, self._tile(_SEEN_WELL), _SHARED)
        elif self._config.tiles == "auto" and longer > self._tile(_SEEN):
            yield from tiles(picture, self._tile(_SEEN_OFTEN), _SHARED)

    def _tile(self, times: int) -> int:
        return max(_LEAST_TILE, times * self._config.min_size)

    def _seen(self, views: Iterable[View]) -> list[Detection]:
        shown = list(views)
        found = self._detector.detect([view.picture() for view in shown])
        faces = [(view, view.back(face)) for view, answers in zip(shown, found, strict=True) for face in answers]
        return [face for view, face in faces if view.has_all(face) and _is_inside(face, view.whole)]

    def _settled(self, picture: Picture, seen: Sequence[Detection]) -> list[Detection]:
        large = [face for face in seen if _side(face) >= self._config.min_size]
        # What lies inside a larger face goes only afterwards, for it may be the more certain and no face all the same.
        once = most_certain(large, inside=1.1)
        return [_cropped(face, picture) for face in most_certain(self._closer.settled(picture, once))]


def most_certain(found: Sequence[Detection], inside: float = _INSIDE) -> list[Detection]:
    """Of detections of one face, as several views give them, keep the most certain; it comes first.

    Args:
        found: in any order.
        inside: so much of the smaller of two boxes lies in the larger when both are one face.
    """
    kept: list[Detection] = []
    for face in sorted(found, key=lambda face: -face.score):
        boxes = [other.box for other in kept]
        if not kept or (overlaps(face.box, boxes).max() < _SAME_FACE and covered(face.box, boxes).max() < inside):
            kept.append(face)
    return kept


def _turns(picture: Picture) -> Iterator[View]:
    for quarter in (1, 2, 3):
        yield whole(picture, quarter=quarter)


def _around_small(picture: Picture, seen: Sequence[Detection], side: int) -> Iterator[View]:
    """Give the tiles in which faces were seen that are small beside the picture: most likely there are smaller ones."""
    longer = max(picture.shape[:2])
    middles = [_middle(face) for face in seen if _side(face) < longer / _SEEN_WELL]
    for tile in tiles(picture, side, _SHARED) if side < longer else ():
        if any((tile.box[:2] <= middle).all() and (middle <= tile.box[2:]).all() for middle in middles):
            yield tile


def _side(face: Detection) -> float:
    """Return the longer side of a box, which is the height of a face, upright or not."""
    return float((face.box[2:] - face.box[:2]).max())


def _middle(face: Detection) -> Floats:
    return np.asarray((face.box[:2] + face.box[2:]) / 2, np.float32)


def _is_inside(face: Detection, picture: Picture) -> bool:
    """Whether most of a face is in the picture, and not in the mirror image around it."""
    return bool((_middle(face) >= 0).all() and (_middle(face) <= picture.shape[1::-1]).all())


def _cropped(face: Detection, picture: Picture) -> Detection:
    box = np.clip(face.box.reshape(2, 2), 0, np.array(picture.shape[1::-1], np.float32)).reshape(4)
    return Detection(box, face.score, face.points)

"""A face on its way from one searched frame to another, and whether what is in a frame between is still that face."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from omote.core.types import Detection, Face, Floats, Picture
from omote.imaging.boxes import overlaps
from omote.imaging.geometry import scale_of, similarity, transform
from omote.imaging.landmarks import eye_distance
from omote.perception.aligning import Aligner
from omote.perception.appearance import appearance, likeness

_SAME_PLACE = 0.3  # overlap of one face in two searched frames
_ON_EACH_OTHER = 0.5  # overlap of two faces of one frame that are one and the same
_ASTRAY = 0.12  # of the distance of the outer eye corners: so far from where they were expected, points are placed anew
_LOST = 0.5  # so far, the frame is searched
_LIKE = 0.7  # likeness to one of the searched frames on both sides: less, and the frame is searched

Pairs = list[tuple[Detection, Detection]]
"""Which face is which in two frames."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A face on its way from one searched frame to another: how it is in both, what it looks like, where it is now."""

    first: Face
    last: Face
    looks: tuple[Floats, Floats]
    here: Floats

    def detection(self, landmarks: Floats, share: float) -> Detection:
        """Return where a detector would see the face when it has these points, a share of the way on."""
        one, other = _carried(self.first, landmarks), _carried(self.last, landmarks)
        score = one.score * (1 - share) + other.score * share
        return Detection(_between(one.box, other.box, share), score, _between(one.points, other.points, share))


def pairs_of(before: list[Detection], after: list[Detection]) -> Pairs | None:
    """Return which face is which in two frames, or None where it is not plain that they show the same faces."""
    if len(before) != len(after):
        return None
    if not before:
        return []
    shared = overlaps([face.box for face in before], [face.box for face in after])
    best = shared.argmax(1)
    plain = shared.max(1) > _SAME_PLACE
    if len(set(best)) < len(before) or not plain.all():
        return None
    return [(face, after[place]) for face, place in zip(before, best, strict=True)]


def ways_of(
    first: tuple[Picture, Sequence[Face]], last: tuple[Picture, Sequence[Face]], pairs: Pairs | None
) -> list[Way] | None:
    """Return the ways of the faces that two frames have, if it is plain which is which.

    Args:
        first: the earlier frame and its faces.
        last: the later one.
        pairs: of their detections; None where it is not plain.
    """
    if pairs is None:
        return None
    ones, others = ({id(face.detection): face for face in faces} for _, faces in (first, last))
    both = [(ones[id(one)], others[id(other)]) for one, other in pairs if id(one) in ones and id(other) in others]
    return [
        Way(
            one, other,
            (appearance(first[0], one.landmarks), appearance(last[0], other.landmarks)),
            one.landmarks,
        )
        for one, other in both
    ]  # fmt: skip


def next_faces(aligner: Aligner, picture: Picture, ways: Sequence[Way], share: float, left: int) -> list[Face] | None:
    """Return the faces of the next frame, or None where one of them is not plainly there.

    Args:
        aligner: places the points.
        picture: the frame.
        ways: of its faces.
        share: how much of the way is done in this frame, 0 to 1.
        left: frames from this one to the end of the way.
    """
    expected = [_between(way.here, way.last.landmarks, 1 / (left + 1)) for way in ways]
    points, moved = expected, 0.0
    faces: list[Face] = []
    for _ in range(2):
        starts = [way.detection(start, share) for way, start in zip(ways, points, strict=True)]
        faces = aligner.align(picture, starts, points)
        if len(faces) < len(ways):
            return None
        points = [face.landmarks for face in faces]
        moved = max((_moved(*pair) for pair in zip(expected, points, strict=True)), default=0)
        if moved <= _ASTRAY:
            break
    if moved > _LOST or not all(_like(picture, *pair) for pair in zip(ways, points, strict=True)):
        return None
    found = [way.detection(seen, share) for way, seen in zip(ways, points, strict=True)]
    if _on_each_other(found):
        return None
    return [replace(face, detection=each) for face, each in zip(faces, found, strict=True)]


def _between(one: Floats, other: Floats, share: float) -> Floats:
    return (one + (other - one) * np.float32(share)).astype(np.float32)


def _moved(expected: Floats, seen: Floats) -> float:
    away = np.linalg.norm(expected - seen, axis=1).mean()
    return float(away / max(eye_distance(expected), 1e-3))


def _like(picture: Picture, way: Way, landmarks: Floats) -> bool:
    here = appearance(picture, landmarks)
    return max(likeness(here, look) for look in way.looks) >= _LIKE


def _on_each_other(found: Sequence[Detection]) -> bool:
    boxes = [face.box for face in found]
    return bool((np.triu(overlaps(boxes, boxes), 1) > _ON_EACH_OTHER).any())


def _carried(face: Face, landmarks: Floats) -> Detection:
    """Take a face's detection along to where its points are now."""
    matrix = similarity(face.landmarks, landmarks)
    old = face.detection
    corners = np.array([old.box[[0, 1]], old.box[[2, 3]]])
    centre, half = transform(corners.mean(0)[None], matrix)[0], (corners[1] - corners[0]) / 2
    half = half * np.float32(scale_of(matrix))
    box = np.concatenate([centre - half, centre + half]).astype(np.float32)
    return Detection(box, old.score, transform(old.points, matrix))

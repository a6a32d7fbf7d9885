"""Faces through video without searching every frame: search some, follow the faces between by their own points.

Between two searched frames that show the same faces in nearly the same places, each face is followed from frame to
frame towards where it will be. Where the two do not match, where the shot changes, or where what is at the points does
not look like the face any more, frames between are searched, down to every one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import Lock

import numpy as np

from omote.core.types import Detection, Face, Floats, Frame, Picture
from omote.imaging.boxes import areas, overlaps
from omote.imaging.cuts import UNLIKE, glance, is_cut
from omote.imaging.geometry import scale_of, similarity, transform
from omote.imaging.landmarks import eye_distance
from omote.perception.appearance import appearance, likeness
from omote.perception.look import Looker

_SAME_PLACE = 0.3  # overlap of one face in two searched frames
_ON_EACH_OTHER = 0.5  # overlap of two faces of one frame that are one and the same
_ASTRAY = 0.12  # of the distance of the outer eye corners: so far from where they were expected, points are placed anew
_LOST = 0.5  # so far, the frame is searched
_LIKE = 0.7  # likeness to one of the searched frames on both sides: less, and the frame is searched

Pairs = list[tuple[Detection, Detection]]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A frame with its faces, the largest first, and whether a shot begins with it.

    `faces` is None for a frame that was passed over.
    """

    frame: Frame
    faces: list[Face] | None
    cut: bool


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Neighbouring frames, of which some were searched.

    Attributes:
        frames: in order; the first is the last of the stretch before, where there is one.
        begins: how many of the first frames belong to the stretch before: 0 or 1.
        cuts: places of the frames with which a shot begins.
        passed: places of the frames that are not looked at.
        found: the faces of the searched frames by place; the first and the last are among them, unless passed over.
        gaps: for each run of frames that were not searched the places on both sides and which face is which there.
    """

    frames: list[Frame]
    begins: int
    cuts: set[int]
    passed: set[int]
    found: dict[int, list[Detection]]
    gaps: list[tuple[int, int, Pairs]]


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
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


class Follower:
    """Searches and follows with one looker. `search` and `fill` may run in two threads.

    Args:
        looker: finds and aligns.
        step: frames from one search to the next where nothing calls for more; 1 searches all.
        passes: whether a frame of a number is passed over, since its faces are known. A stretch of frames between two
            multiples of the step, both included, is passed over whole or not at all.
        unlike: how much two frames must lack in common for a cut, see `imaging.cuts`.
    """

    def __init__(
        self, looker: Looker, step: int, passes: Callable[[int], bool] = lambda _: False, unlike: float = UNLIKE
    ) -> None:
        self._looker, self._step, self._passes, self._unlike = looker, step, passes, unlike
        self._searching = Lock()  # a detector is used by one thread at a time

    def search(self, frames: Iterable[Frame]) -> Iterator[Stretch]:
        """Cut frames into stretches that end at the frames whose number is a multiple of the step, and search them."""
        held: list[Frame] = []
        begins, known = 0, None
        for frame in frames:
            held.append(frame)
            if len(held) > begins and frame.index % self._step == 0:
                stretch = self._searched(held, begins, known)
                yield stretch
                held, begins, known = [frame], 1, stretch.found.get(len(held) - 1)
        if len(held) > begins:
            yield self._searched(held, begins, known)

    def fill(self, stretches: Iterable[Stretch]) -> Iterator[Looked]:
        """Align the searched frames and follow their faces through the others; every frame comes once, in order."""
        before: list[Face] | None = None
        for stretch in stretches:
            faces = {place: self._aligned(stretch, place) for place in stretch.found if place >= stretch.begins}
            if before is not None:
                faces[0] = before
            for first, last, pairs in stretch.gaps:
                self._follow([frame.rgb for frame in stretch.frames], faces, first, last, pairs)
            for place in range(stretch.begins, len(stretch.frames)):
                here = faces.get(place)
                ordered = None if here is None else _largest_first(here)
                yield Looked(stretch.frames[place], ordered, place in stretch.cuts)
            before = faces.get(len(stretch.frames) - 1)

    def _searched(self, frames: list[Frame], begins: int, known: list[Detection] | None) -> Stretch:
        glances = [glance(frame.rgb) for frame in frames]
        cuts = {place for place in range(1, len(frames)) if self._cut(glances, place)}
        passed = {place for place, frame in enumerate(frames) if self._passes(frame.index)}
        found = {} if known is None else {0: known}
        gaps: list[tuple[int, int, Pairs]] = []
        stops = sorted({0, len(frames) - 1} | cuts | {place - 1 for place in cuts})
        open_gaps = [pair for pair in pairwise(stops) if pair[1] not in cuts and pair[0] + 1 not in passed]
        for place in stops:
            if place not in passed:
                self._look(frames, place, found)
        while open_gaps:
            first, last = open_gaps.pop()
            if last - first < 2:
                continue
            pairs = _pairs(found[first], found[last])
            if pairs is not None:
                gaps.append((first, last, pairs))
                continue
            middle = (first + last) // 2
            self._look(frames, middle, found)
            open_gaps += [(first, middle), (middle, last)]
        return Stretch(frames, begins, cuts, passed, found, gaps)

    def _cut(self, glances: Sequence[Floats], place: int) -> bool:
        return is_cut(glances[place - 1], glances[place], self._unlike)

    def _look(self, frames: Sequence[Frame], place: int, found: dict[int, list[Detection]]) -> None:
        if place not in found:
            found[place] = self._find(frames[place].rgb)

    def _find(self, picture: Picture) -> list[Detection]:
        with self._searching:
            return self._looker.finder.find([picture])[0]

    def _aligned(self, stretch: Stretch, place: int) -> list[Face]:
        return self._looker.aligner.align(stretch.frames[place].rgb, stretch.found[place])

    def _follow(
        self, pictures: Sequence[Picture], faces: dict[int, list[Face]], first: int, last: int, pairs: Pairs | None
    ) -> None:
        """Fill in the faces between two frames. After one that had to be searched, go on from there."""
        ways = _ways(pictures, faces, first, last, pairs)
        for place in range(first + 1, last):
            seen = None if ways is None else self._seen(pictures[place], ways, first, place, last)
            if ways is None or seen is None:
                first = place
                faces[place] = self._looker.aligner.align(pictures[place], self._find(pictures[place]))
                both = [[face.detection for face in faces[at]] for at in (place, last)]
                ways = _ways(pictures, faces, place, last, _pairs(*both))
            else:
                faces[place] = seen
                ways = [replace(way, here=face.landmarks) for way, face in zip(ways, seen, strict=True)]

    def _seen(self, picture: Picture, ways: list[_Way], first: int, place: int, last: int) -> list[Face] | None:
        """Return the faces of the next frame, or None where one of them is not plainly there."""
        share = (place - first) / (last - first)
        expected = [_between(way.here, way.last.landmarks, 1 / (last - place + 1)) for way in ways]
        points, moved = expected, 1.0
        for _ in range(2):
            starts = [way.detection(start, share) for way, start in zip(ways, points, strict=True)]
            faces = self._looker.aligner.align(picture, starts)
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


def _pairs(before: list[Detection], after: list[Detection]) -> Pairs | None:
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


def _ways(
    pictures: Sequence[Picture], faces: dict[int, list[Face]], first: int, last: int, pairs: Pairs | None
) -> list[_Way] | None:
    """Return the faces that both frames have, if it is plain that they show the same ones."""
    if pairs is None:
        return None
    ones, others = ({id(face.detection): face for face in faces[place]} for place in (first, last))
    both = [(ones[id(one)], others[id(other)]) for one, other in pairs if id(one) in ones and id(other) in others]
    return [
        _Way(
            one, other,
            (appearance(pictures[first], one.landmarks), appearance(pictures[last], other.landmarks)),
            one.landmarks,
        )
        for one, other in both
    ]  # fmt: skip


def _between(one: Floats, other: Floats, share: float) -> Floats:
    return (one + (other - one) * np.float32(share)).astype(np.float32)


def _moved(expected: Floats, seen: Floats) -> float:
    away = np.linalg.norm(expected - seen, axis=1).mean()
    return float(away / max(eye_distance(expected), 1e-3))


def _like(picture: Picture, way: _Way, landmarks: Floats) -> bool:
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


def _largest_first(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -float(areas(face.detection.box)[0]))

"""Faces through video without searching every frame: search some, follow the faces between by their own points.

Between two searched frames that show the same faces in nearly the same places, each face is followed from frame to
frame towards where it will be. Where the two do not match, where the shot changes, or where what is at the points does
not look like the face any more, frames between are searched, down to every one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import Lock

from omote.core.types import Detection, Face, Floats, Frame, Picture
from omote.imaging.boxes import areas
from omote.imaging.cuts import UNLIKE, glance, is_cut
from omote.perception.look import Looker
from omote.perception.ways import Pairs, next_faces, pairs_of, ways_of


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
            pairs = pairs_of(found[first], found[last])
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
        ends = pictures[last], faces[last]
        ways = ways_of((pictures[first], faces[first]), ends, pairs)
        for place in range(first + 1, last):
            picture, share = pictures[place], (place - first) / (last - first)
            seen = None if ways is None else next_faces(self._looker.aligner, picture, ways, share, last - place)
            if ways is None or seen is None:
                first = place
                seen = self._looker.aligner.align(picture, self._find(picture))
                pairs = pairs_of([face.detection for face in seen], [face.detection for face in faces[last]])
                ways = ways_of((picture, seen), ends, pairs)
            else:
                ways = [replace(way, here=face.landmarks) for way, face in zip(ways, seen, strict=True)]
            faces[place] = seen


def _largest_first(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -float(areas(face.detection.box)[0]))

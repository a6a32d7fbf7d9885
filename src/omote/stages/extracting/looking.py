"""From frames to described faces, each step ahead of the next in a thread of its own: decode, search, align, follow.

The steps hold few frames, whatever the length of the source. A run that goes on after a break looks again at the few
frames before it, so that it finds what an unbroken run finds.
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from omote.alignments.describe import face_record, frame_record
from omote.alignments.store import Alignments
from omote.core.ahead import ahead
from omote.core.types import Detection, Face, Floats, Frame
from omote.imaging.crops import alignment
from omote.imaging.cuts import UNLIKE
from omote.imaging.landmarks import five_points
from omote.imaging.pose import fit_head, pose_of
from omote.perception.following import Follower, Looked
from omote.perception.look import Looker
from omote.perception.steadying import steadied
from omote.perception.tracking import Tracker

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator
    from pathlib import Path

    from omote.alignments.record import FaceRecord, SourceRecord
    from omote.media.source import Source
    from omote.perception.config import FollowConfig, LookConfig
    from omote.perception.recognising import Recogniser

_HELD = 256 * 2**20  # bytes of frames between two searches, at most
_FEWEST = 2
_PHOTOS = 0.05  # share that two pictures of a folder may lack in common to be frames of one shot
_DECODED, _STRETCHES, _LOOKED = 4, 1, 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which frames of a source are asked for: from `first` to before `end`, one of every `every`."""

    first: int
    end: int | None
    every: int

    def __contains__(self, index: int) -> bool:
        return index >= self.first and not self.over(index) and (index - self.first) % self.every == 0

    def over(self, index: int) -> bool:
        """Whether a frame lies behind the last one that is asked for."""
        return self.end is not None and index >= self.end


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A frame with its faces and the names of their tracks; `known` when it had been looked at before."""

    frame: Frame
    faces: list[Face]
    tracks: list[str]
    known: bool


@contextmanager
def looked(
    source: Source, path: Path, record: SourceRecord, wanted: Wanted, done: Collection[int],
    look: LookConfig, follow: FollowConfig, recogniser: Recogniser | None,
) -> Iterator[Generator[tuple[Frame, list[FaceRecord]]]]:  # fmt: skip
    """Give the wanted frames that were not looked at, with the records of their faces, in order.

    Args:
        source: the footage.
        path: its alignments, which are read for the faces of frames that were looked at.
        record: what is kept of the source.
        wanted: which frames are asked for.
        done: numbers of the frames that were looked at.
        look: how faces are found and aligned.
        follow: how they are followed.
        recogniser: tells faces apart where their places do not; None leaves it at places.
    """
    facts = source.facts
    moving = facts.kind == "video" and wanted.every == 1
    held = max(_FEWEST, _HELD // (facts.width * facts.height * 3))
    plan = _Plan(wanted, done, min(follow.step, held) if moving else 1)
    begin = plan.begin(max(follow.steady, follow.patience) * wanted.every)
    unlike = _PHOTOS if facts.kind == "pictures" else UNLIKE
    follower = Follower(Looker(look.for_kind(facts.kind)), plan.step, plan.passes, unlike)
    made_by = {"detector": look.detector, "landmarker": look.landmarker}
    with ExitStack() as stack:
        asked = (frame for frame in _until(source.frames(begin), wanted) if frame.index in wanted)
        frames = stack.enter_context(ahead(asked, _DECODED))
        stretches = stack.enter_context(ahead(follower.search(frames), _STRETCHES))
        seen = stack.enter_context(ahead(follower.fill(stretches), _LOOKED))
        tracker = Tracker(recogniser, follow.patience, wanted.every)
        yield described(tracked(seen, path, done, tracker), record, made_by, follow.steady)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which stretches between two searched frames have to be looked at."""

    wanted: Wanted
    done: Collection[int]
    step: int

    def begin(self, before: int) -> int:
        """Return the frame from which on to read: so many before the first stretch that is not done."""
        index = self.wanted.first
        while index in self.done or (index not in self.wanted and not self.wanted.over(index)):
            index += 1
        return max(self.wanted.first, index // self.step * self.step - before)

    def passes(self, index: int) -> bool:
        """Whether all stretches that a frame belongs to are done."""
        first = (index - 1) // self.step * self.step
        last = index // self.step * self.step + self.step
        return all(near in self.done or near not in self.wanted for near in range(first, last + 1))


def _until(frames: Iterator[Frame], wanted: Wanted) -> Iterator[Frame]:
    return takewhile(lambda frame: not wanted.over(frame.index), frames)


def tracked(seen: Iterable[Looked], path: Path, done: Collection[int], tracker: Tracker) -> Iterator[Followed]:
    """Name the tracks of each frame's faces; the faces of frames that are done are those of the alignments."""
    with Alignments.open(path) as alignments:
        for looked in seen:
            frame = looked.frame
            if frame.index in done:
                rows = list(alignments.faces(frame.index, frame.index, rejected=True))
                faces, tracks = [_face(row) for row in rows], [row.track or row.id for row in rows]
                places = zip(tracks, (face.detection.box for face in faces), (f.landmarks for f in faces), strict=True)
                tracker.recall(frame.index, frame.rgb, places, cut=looked.cut)
                yield Followed(frame, faces, tracks, known=True)
                continue
            faces = looked.faces or []
            boxes, marks = [face.detection.box for face in faces], [face.landmarks for face in faces]
            yield Followed(
                frame, faces, tracker.step(frame.index, frame.rgb, boxes, marks, cut=looked.cut), known=False
            )


def _face(row: FaceRecord) -> Face:
    """Return a recorded face as it was before it was steadied."""
    points = row.landmarks if row.raw is None else row.raw
    return Face(Detection(row.box, row.score, five_points(points)), points, row.pose, row.sharpness, row.confidence)


def described(
    followed: Iterable[Followed], source: SourceRecord, made_by: dict[str, str], reach: int
) -> Generator[tuple[Frame, list[FaceRecord]]]:
    """Describe the faces of each new frame, steadied over so many frames on each side, as soon as these are there."""
    window: deque[Followed] = deque(maxlen=2 * reach + 1)
    waiting: deque[Followed] = deque()
    for here in followed:
        window.append(here)
        waiting.append(here)
        if len(waiting) > reach:
            yield from _one(waiting.popleft(), window, source, made_by, reach)
    while waiting:
        yield from _one(waiting.popleft(), window, source, made_by, reach)


def _one(
    here: Followed, window: Iterable[Followed], source: SourceRecord, made_by: dict[str, str], reach: int
) -> Iterator[tuple[Frame, list[FaceRecord]]]:
    if here.known:
        return
    at, records = frame_record(here.frame), []
    for number, (face, track) in enumerate(zip(here.faces, here.tracks, strict=True)):
        points = _steadied(here.frame.index, track, window, reach) if reach else face.landmarks
        matrix = alignment(points)
        steady = replace(face, landmarks=points, pose=pose_of(fit_head(points, matrix), matrix))
        raw = face.landmarks if reach else None
        records.append(face_record(at, number, steady, source, made_by, track, raw))
    yield here.frame, records


def _steadied(index: int, track: str, window: Iterable[Followed], reach: int) -> Floats:
    views = [
        (each.frame.index, face.landmarks, face.confidence)
        for each in window
        for face, name in zip(each.faces, each.tracks, strict=True)
        if name == track
    ]
    times, points, trust = (np.array(column) for column in zip(*views, strict=True))
    return steadied(times, points, trust.astype(np.float64), int(np.flatnonzero(times == index)[0]), reach)

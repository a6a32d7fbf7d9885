"""Which face in which frame is made anew, by which model, and where: the crop's place, steady over time."""

import zlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from omote.alignments.mask import MaskRecord
from omote.alignments.record import FaceRecord
from omote.core.types import Floats
from omote.faceset.config import CropConfig
from omote.imaging.boxes import overlaps
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, transform
from omote.perception.steadying import steadied
from omote.swapping.config import PlanConfig
from omote.swapping.linking import Linker
from omote.swapping.routes import Route, Routes

_TWICE = 0.5  # overlap from which two faces of one frame are one
_MOVING = 2  # frames on each side within which a face's motion is read off its neighbours


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A face to be swapped.

    Attributes:
        landmarks: (68, 2) in the frame.
        matrix: (2, 3) map from the frame to the square crop.
        size: side of the crop in pixels.
        frame: number of the frame.
        track: number of the run of frames through which the face was followed.
        motion: (2,) pixels that the face's middle moves from this frame to the next.
        masks: those that the alignments keep of it, by name.
        nearer: (N, 68, 2) landmarks in the frame of the faces that lie before this one.
    """

    landmarks: Floats
    matrix: Matrix
    size: int
    frame: int = 0
    track: int = 0
    motion: Floats = field(default_factory=lambda: np.zeros(2, np.float32))
    masks: Mapping[str, MaskRecord] = field(default_factory=dict)
    nearer: Floats = field(default_factory=lambda: np.zeros((0, 68, 2), np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A face and what becomes of it.

    Attributes:
        face: as the alignments know it.
        track: its own, or the one that was found for a face that nobody followed.
        route: what makes it.
        seen: where the network reads it.
        placed: where the made face goes: the same place, unless another scale is asked for.
    """

    face: FaceRecord
    track: str
    route: Route
    seen: Placement
    placed: Placement


class Planner:
    """Plans the frames of a source, one after the other.

    What it plans for a frame depends on the few frames around it only, not on where a run begins.

    Args:
        faces: in the order of frames, from at least `reach` frames before the first that is planned.
        routes: what makes whose face.
        crops: of each model its crop and the side of the faces it reads.
        config: how.
    """

    def __init__(
        self, faces: Iterable[FaceRecord], routes: Routes, crops: Sequence[tuple[CropConfig, int]], config: PlanConfig
    ) -> None:
        self._faces, self._routes, self._crops, self._config = iter(faces), routes, crops, config
        self._near: deque[tuple[FaceRecord, str]] = deque()
        self._reach, self._linker = reach(config), Linker()
        self._ended = False

    def plan(self, frame: int) -> list[Planned]:
        """Return what becomes of a frame's faces, the smallest first: the larger one is the nearer one.

        Args:
            frame: number of the frame, larger than in the call before.
        """
        self._look(frame)
        here = sorted((pair for pair in self._near if pair[0].frame.index == frame), key=lambda pair: _size(pair[0]))
        return [
            self._planned(face, track, route, [other for other, _ in here[place + 1 :]])
            for place, (face, track) in enumerate(here)
            if (route := self._routes.of_person(face.person)) is not None
        ]

    def _look(self, frame: int) -> None:
        """Hold the faces of the frames around one."""
        while self._near and self._near[0][0].frame.index < frame - self._reach:
            self._near.popleft()
        while not self._ended and (not self._near or self._near[-1][0].frame.index <= frame + self._reach):
            face = next(self._faces, None)
            self._ended = face is None
            if face is not None and face.frame.index >= frame - self._reach:
                self._near.append((face, self._linker.track_of(face)))

    def _planned(self, face: FaceRecord, track: str, route: Route, larger: Sequence[FaceRecord]) -> Planned:
        crop, size = self._crops[route.model]
        views = [each for each, its in self._near if its == track]
        points = self._points(face, views)
        seen = Placement(
            points,
            crop_matrix(points, size, crop.centering, crop.coverage, crop.vertical_offset),
            size,
            face.frame.index,
            zlib.crc32((face.track or face.id).encode()),
            motion_of(face, views),
            face.masks,
            _before(face, larger),
        )
        return Planned(face, track, route, seen, scaled(seen, self._config.scale))

    def _points(self, face: FaceRecord, views: Sequence[FaceRecord]) -> Floats:
        if face.raw is not None or self._config.steady == 0:  # once is enough: twice takes away what moves
            return face.landmarks
        times = np.array([view.frame.index for view in views])
        trust = np.array([view.confidence for view in views], np.float64)
        marks = np.stack([view.landmarks for view in views])
        return steadied(times, marks, trust, views.index(face), self._config.steady)


def reach(config: PlanConfig) -> int:
    """Return how many frames on each side have a say in the plan of one."""
    return max(config.steady, _MOVING)


def motion_of(face: FaceRecord, views: Sequence[FaceRecord]) -> Floats:
    """Return the (2,) pixels that a face's middle moves from its frame to the next.

    The mean over the nearest frames before and after in which it is seen; zero where it is in no other frame.

    Args:
        face: one of the views.
        views: of one face in some frames, in their order.
    """
    here = face.frame.index
    near = [view for view in views if abs(view.frame.index - here) <= _MOVING]
    before = next((view for view in reversed(near) if view.frame.index < here), face)
    after = next((view for view in near if view.frame.index > here), face)
    frames = after.frame.index - before.frame.index
    moved = after.landmarks.mean(0) - before.landmarks.mean(0)
    return np.asarray(moved / max(frames, 1), np.float32)


def _size(face: FaceRecord) -> float:
    return 1 / scale_of(alignment(face.landmarks))


def _before(face: FaceRecord, larger: Sequence[FaceRecord]) -> Floats:
    """Return the landmarks of those of the larger faces that touch a face and are not the same one, found twice."""
    shared = overlaps([face.box], [each.box for each in larger])[0] if larger else ()
    points = [each.landmarks for each, share in zip(larger, shared, strict=True) if 0 < share < _TWICE]
    return np.array(points, np.float32).reshape(-1, 68, 2)


def scaled(placement: Placement, percent: float) -> Placement:
    """Return a placement in which the made face is larger, around the middle of its crop."""
    if percent == 0:
        return placement
    larger, middle = 1 + percent / 100, placement.size / 2
    around = compose(
        shifted(middle, middle), compose(np.diag([1 / larger, 1 / larger, 1.0])[:2], shifted(-middle, -middle))
    )
    matrix = compose(around, placement.matrix)
    points = transform(transform(placement.landmarks, placement.matrix), inverse(matrix))
    return replace(placement, landmarks=points, matrix=matrix)

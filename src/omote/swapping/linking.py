"""Faces that nobody followed, as of alignments taken over from other tools, joined to tracks by where they lie."""

from dataclasses import dataclass

from omote.alignments.record import FaceRecord
from omote.core.types import Floats
from omote.imaging.boxes import overlaps

_SAME = 0.4  # overlap of one face in two frames that follow one another
_BRIEF = 3  # frames from one sight of a face to the next


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    track: str
    frame: int
    box: Floats


class Linker:
    """Names the tracks of faces that have none, frame after frame."""

    def __init__(self) -> None:
        self._before: list[_Sight] = []

    def track_of(self, face: FaceRecord) -> str:
        """Return a face's track: its own, or that of the face that was in its place in the frames before.

        Args:
            face: in the order of frames.
        """
        if face.track is not None:
            return face.track
        index = face.frame.index
        near = [each for each in self._before if index - each.frame <= _BRIEF]
        free = [each for each in near if each.frame < index]
        shared = overlaps([face.box], [each.box for each in free])[0] if free else []
        best = max(range(len(free)), key=lambda place: (shared[place], free[place].frame), default=None)
        track = face.id if best is None or shared[best] < _SAME else free[best].track
        self._before = [each for each in near if each.track != track] + [_Sight(track, index, face.box)]
        return track

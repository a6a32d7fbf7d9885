"""One name for a face through all frames in which it is followed. By overlap, and by identity where that is not plain.

A track never goes over a cut: whether two shots show one person is asked afterwards, in `people`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from omote.core.types import Floats, Picture
from omote.imaging.boxes import areas, overlaps
from omote.perception.recognising import Recogniser

_PLAIN = 0.4  # overlap from which a face is the one of the frame before, unless another one is near
_TOUCHING = 0.2  # overlap from which it may be
_BRIEF = 2  # frames from one sight of a face to the next over which its place alone can be believed
_FAR = 3.0  # sides of its box that a face may jump between two frames
_FORBIDDEN = 1e3

Scores = npt.NDArray[np.float64]


@dataclass(slots=True, eq=False)
class _Live:
    """A track that may go on: where its face was last seen, and that face itself while its frame is at hand."""

    name: str
    index: int
    box: Floats
    landmarks: Floats
    picture: Picture | None
    vector: Floats | None = field(default=None)

    def ask(self, recogniser: Recogniser) -> Floats | None:
        if self.picture is not None:
            self.vector, self.picture = recogniser.vector(self.picture, self.landmarks), None
        return self.vector


class Tracker:
    """Gives the faces of frame after frame the names of their tracks.

    Args:
        recogniser: says who a face is, where overlap leaves a doubt; None leaves it at overlap.
        patience: frames that a face may be hidden.
        spacing: numbers from one frame to the next, where only every so many are looked at.
    """

    def __init__(self, recogniser: Recogniser | None, patience: int, spacing: int = 1) -> None:
        self._recogniser, self._patience, self._brief = recogniser, patience * spacing, _BRIEF * spacing
        self._live: list[_Live] = []

    def recall(self, index: int, picture: Picture, tracks: Iterable[tuple[str, Floats, Floats]], *, cut: bool) -> None:
        """Take a frame's tracks as they were named before: each its name, (4,) box and (68, 2) landmarks."""
        fresh = [_Live(name, index, box, landmarks, picture) for name, box, landmarks in tracks]
        names = {track.name for track in fresh}
        self._live = [] if cut else [track for track in self._live if track.name not in names]
        self._live += fresh

    def step(
        self, index: int, picture: Picture, boxes: Sequence[Floats], landmarks: Sequence[Floats], *, cut: bool
    ) -> list[str]:
        """Return the name of the track of each face of the next frame.

        A new track is named after the frame and the place among its faces in which it begins, so that a run which
        goes on after a break gives the same names.

        Args:
            index: number of the frame.
            picture: the frame.
            boxes: (4,) for each face.
            landmarks: (68, 2) for each face.
            cut: whether a shot begins with this frame.
        """
        self._live = [] if cut else [track for track in self._live if index - track.index <= self._patience]
        fresh = [
            _Live(f"{index:06d}-{number}", index, box, points, picture)
            for number, (box, points) in enumerate(zip(boxes, landmarks, strict=True))
        ]
        for track, face in self._assigned(fresh):
            face.name = track.name
        names = [face.name for face in fresh]
        self._live = [track for track in self._live if track.name not in names] + fresh
        return names

    def _assigned(self, fresh: list[_Live]) -> list[tuple[_Live, _Live]]:
        if not fresh or not self._live:
            return []
        score = self._scores(fresh)
        rows, columns = linear_sum_assignment(score, maximize=True)
        return [
            (self._live[row], fresh[column])
            for row, column in zip(rows, columns, strict=True)
            if score[row, column] > -_FORBIDDEN / 2
        ]

    def _scores(self, fresh: list[_Live]) -> Scores:
        """Return (tracks, faces) how well each goes with each; those that cannot be one are forbidden."""
        shared = overlaps([track.box for track in self._live], [face.box for face in fresh]).astype(np.float64)
        brief = np.array([[fresh[0].index - track.index <= self._brief] for track in self._live])
        touching = shared >= _TOUCHING
        alone = (touching.sum(1, keepdims=True) == 1) & (touching.sum(0, keepdims=True) == 1)
        plain = (shared >= _PLAIN) & brief & alone
        settled = plain.any(1, keepdims=True) | plain.any(0, keepdims=True)
        score = np.where(plain, shared, -_FORBIDDEN)
        for row, column in np.argwhere(~settled):
            track, face = self._live[row], fresh[column]
            if touching[row, column] or _within_reach(track, face):
                score[row, column] = self._doubtful(track, face, shared[row, column], brief=bool(brief[row, 0]))
        return score

    def _doubtful(self, track: _Live, face: _Live, overlap: float, *, brief: bool) -> float:
        likeness = self._likeness(track, face)
        if likeness is None:
            return overlap if overlap >= _PLAIN else -_FORBIDDEN
        if likeness < 0 and not (brief and overlap >= _PLAIN):
            return -_FORBIDDEN
        return overlap + 2 * likeness

    def _likeness(self, track: _Live, face: _Live) -> float | None:
        """Return 1 for one and the same view, 0 at the limit of one person; None where nobody can tell."""
        if self._recogniser is None:
            return None
        one, other = track.ask(self._recogniser), face.ask(self._recogniser)
        if one is None or other is None:
            return None
        return 1 - float(np.linalg.norm(one - other)) / self._recogniser.one_person


def _within_reach(track: _Live, face: _Live) -> bool:
    size = float(np.sqrt(max(float(areas(track.box)[0]), float(areas(face.box)[0]))))
    jump = (track.box[:2] + track.box[2:] - face.box[:2] - face.box[2:]) / 2
    return float(np.linalg.norm(jump)) < _FAR * size

"""Whether a swapped face does what the plate's does: pose, mouth, eyes and brows, read off the 68 points of both.

Two people have other faces: where B's brows rest says nothing of what they do. So each clip's own mean shape is taken
off before two faces are compared, and what is compared is what departs from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.curation.expression import openness
from omote.evaluation.measures import Measure, measured
from omote.imaging.crops import alignment
from omote.imaging.geometry import transform
from omote.imaging.landmarks import BROWS, LEFT_EYE, MOUTH, RIGHT_EYE, eye_distance
from omote.imaging.pose import fit_head, pose_of

_Numbers = npt.NDArray[np.float64]

_DRAWS = 500
_STILL = 1e-6
# True swaps of drawn actors measure 1.8° to 2.3° of pose and 1.1 % to 1.9 % of expression: what the points' own errors
# make, and no swap comes below it.
_PARTS = {
    "mouth": (
        np.r_[MOUTH],
        "teeth and tongue; what the mouth does in most frames counts as its rest; 1 % to 2 % is the points' own error",
    ),
    "eyes": (np.r_[RIGHT_EYE, LEFT_EYE], "where the eyes look; 1 % to 2 % is the points' own error"),
    "brows": (np.r_[BROWS], "wrinkles of the forehead; 1 % to 2 % is the points' own error"),
}
_POSE = "a turn that stays the same in all frames, see the offset"
_OFFSET = "a turn from B's other features: eyes that sit higher look like a head that looks up"
_GAPS = {
    "mouth": "what is seen inside; the lips' points may not move under a beard",
    "eyes": "winks, and where they look",
}


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """One face in N frames of a clip, seen in the plate and in the result.

    Attributes:
        plate: (N, 68, 2) landmarks in pixels.
        result: (N, 68, 2) landmarks of the same faces in the result, found in the same way.
        stretch: (N,) which run of neighbouring frames each is of.
    """

    plate: Floats
    result: Floats
    stretch: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.stretch)
        if self.plate.shape != (count, 68, 2) or self.result.shape != (count, 68, 2):
            raise ValueError(f"{self.plate.shape} and {self.result.shape} are not 68 points in {count} frames")


def pose_offset(faces: Faces) -> _Numbers:
    """Return (3,) degrees of yaw, pitch and roll by which the result's head looks elsewhere in all frames."""
    return np.asarray(_turns(faces).mean(0), np.float64)


def pose_errors(faces: Faces) -> _Numbers:
    """Return (N,) degrees by which the heads look elsewhere, beyond what they do in all frames.

    It is the root of the summed squares of yaw, pitch and roll.
    """
    turns = _turns(faces)
    return np.asarray(np.linalg.norm(turns - turns.mean(0), axis=1), np.float64)


def expression_errors(faces: Faces, part: str) -> _Numbers:
    """Return (N,) how far one part of the face does something else, in % of the distance of the eyes' outer corners.

    Args:
        faces: what is compared.
        part: mouth, eyes or brows.
    """
    points, _ = _PARTS[part]
    plate, result = (_departures(marks)[:, points] for marks in (faces.plate, faces.result))
    return np.asarray(100 * np.sqrt(np.square(result - plate).sum(2).mean(1)), np.float64)


def gaps(faces: Faces, part: str) -> tuple[_Numbers, _Numbers]:
    """Return (N,) how far mouth or eyes are open, in % of the aligned face's side, in the plate and in the result."""
    return _gaps(faces.plate, part), _gaps(faces.result, part)


def correlation(plate: _Numbers, result: _Numbers) -> float:
    """Return Pearson's r of (N,) figures; NaN where one of them does not change at all."""
    one, other = plate - plate.mean(), result - result.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > _STILL else float("nan")


def manner(faces: Faces) -> list[Measure]:
    """Measure how well the result follows the plate; nothing where there are no faces."""
    if not len(faces.stretch):
        return []
    found = [
        measured("pose error", pose_errors(faces).tolist(), unit="degrees", better="lower", cannot_tell=_POSE),
        measured("pose offset", _along_offset(faces).tolist(), unit="degrees", better="lower", cannot_tell=_OFFSET),
        *(
            measured(
                f"expression error: {part}", expression_errors(faces, part).tolist(), unit="% of eye distance",
                better="lower", cannot_tell=blind,
            )
            for part, (_, blind) in _PARTS.items()
        ),
    ]  # fmt: skip
    for part, blind in _GAPS.items():
        plate, result = gaps(faces, part)
        away = np.abs((result - result.mean()) - (plate - plate.mean()))
        name = f"{part} openness"
        found.append(measured(f"{name}: error", away.tolist(), unit="% of face", better="lower", cannot_tell=blind))
        found.append(followed(f"{name}: correlation", plate, result, faces.stretch, blind))
    return [measure for measure in found if measure is not None]


def followed(
    name: str, plate: _Numbers, result: _Numbers, stretch: npt.NDArray[np.int64], cannot_tell: str
) -> Measure | None:
    """Return how figures of the result go with the plate's; None where one of them does not change.

    Its bounds are a bootstrap's over stretches. One frame has no correlation, so it has no spread over frames.

    Args:
        name: of what is measured.
        plate: (N,) of the plate.
        result: (N,) of the result.
        stretch: (N,) which run of neighbouring frames each is of.
        cannot_tell: what the figure says nothing about.
    """
    value = correlation(plate, result)
    if not np.isfinite(value):
        return None
    runs = [np.flatnonzero(stretch == each) for each in np.unique(stretch)]
    low, high = np.percentile(_drawn(plate, result, runs), [2.5, 97.5]) if len(runs) > 1 else (None, None)
    return Measure(
        name=name, value=value, low=low, high=high, spread=None, n=len(plate), unit="",
        better="higher", cannot_tell=f"how large the movement is, only that it goes along; {cannot_tell}",
    )  # fmt: skip


def _drawn(plate: _Numbers, result: _Numbers, runs: Sequence[npt.NDArray[np.int64]]) -> list[float]:
    rng = np.random.default_rng(0)
    picks = (np.concatenate([runs[place] for place in rng.integers(0, len(runs), len(runs))]) for _ in range(_DRAWS))
    values = (correlation(plate[pick], result[pick]) for pick in picks)
    return [value for value in values if np.isfinite(value)]


def _turns(faces: Faces) -> _Numbers:
    """Return (N, 3) by how many degrees yaw, pitch and roll of the result are more than the plate's."""
    return np.asarray((_poses(faces.result) - _poses(faces.plate) + 180) % 360 - 180, np.float64)


def _along_offset(faces: Faces) -> _Numbers:
    """Return (N,) degrees by which each head is turned the way that all are; their mean is the offset's size."""
    offset = pose_offset(faces)
    return np.asarray(_turns(faces) @ (offset / max(float(np.linalg.norm(offset)), _STILL)), np.float64)


def _gaps(marks: Floats, part: str) -> _Numbers:
    return np.array([getattr(openness(each), part) for each in marks], np.float64)


def _poses(marks: Floats) -> _Numbers:
    matrices = [alignment(each) for each in marks]
    poses = [pose_of(fit_head(each, matrix), matrix) for each, matrix in zip(marks, matrices, strict=True)]
    return np.array([(pose.yaw, pose.pitch, pose.roll) for pose in poses])


def _departures(marks: Floats) -> _Numbers:
    """Return (N, 68, 2) how far the aligned points are from their mean over the frames, in distances of the eyes."""
    upright = np.stack([transform(each, alignment(each)) for each in marks]).astype(np.float64)
    size = np.mean([eye_distance(each.astype(np.float32)) for each in upright])
    return np.asarray((upright - upright.mean(0)) / size, np.float64)

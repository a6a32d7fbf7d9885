"""Whose face a recogniser sees in the result: B's, as it should, or still A's.

The recogniser is none that training used, so a network cannot have learnt to please it. In docs/benchmark.md swaps of
drawn actors are ranked by their distance to B much as by the true swap, but not by where they lie between A and B.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.evaluation.measures import Measure, measured

_Numbers = npt.NDArray[np.float64]

_NEAR = "whether it would deceive a person; up to 1 limit the recogniser takes two faces for one person"
_UNPROVEN = "how good a swap is: drawn ones were not ranked by it as by their truth"
_AWAY = f"{_UNPROVEN}; up to 1 limit the recogniser takes two faces for one person"
_BETWEEN = f"{_UNPROVEN}; what is like neither lies between A and B, too"
_TAKEN = "how surely: the limit is one for all people, whoever they are"
TO_B, PLACE, TAKEN_B, TAKEN_A = "distance to B", "identity, A = 0 and B = 1", "taken for B", "taken for A: leak"
FLOOR_B, FLOOR_A = "B's own faces", "A's own faces"


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """What a recogniser says of faces.

    Attributes:
        result: (N, D) of faces of the result.
        plate: (M, D) of A's faces in the plate.
        b: (K, D) of B's faces.
        one_person: distance up to which it takes two vectors for one person.
    """

    result: Floats
    plate: Floats
    b: Floats
    one_person: float

    def __post_init__(self) -> None:
        sizes = {each.shape[1:] for each in (self.result, self.plate, self.b)}
        if len(sizes) != 1 or any(each.ndim != 2 for each in (self.result, self.plate, self.b)):
            raise ValueError("vectors of one recogniser are (N, D)")
        if not len(self.plate) or not len(self.b):
            raise ValueError("A and B each need a vector")


def places(vectors: Floats, a: Floats, b: Floats) -> _Numbers:
    """Return (N,) where vectors lie along the line from the means of A, 0, to that of B, 1.

    Raises:
        ValueError: both means are the same.
    """
    start = a.mean(0, dtype=np.float64)
    way = b.mean(0, dtype=np.float64) - start
    length = float(way @ way)
    if length == 0:
        raise ValueError("A and B have the same vector")
    return np.asarray((vectors - start) @ way / length, np.float64)


def identity(vectors: Vectors) -> list[Measure]:
    """Measure whose face it is; beside it, as a floor, what A's and B's own faces measure."""
    result, a, b, limit = vectors.result, vectors.plate, vectors.b, vectors.one_person
    to_b, to_a = distances(result, b), distances(result, a)
    own_b, own_a = _own(b) / limit, _own(a) / limit
    unit = "limits"
    found = [
        measured(TO_B, (to_b / limit).tolist(), unit=unit, better="lower", cannot_tell=_NEAR),
        measured(TO_B, own_b.tolist(), unit=unit, better="lower", cannot_tell=_NEAR, group=FLOOR_B),
        measured("distance to A", (to_a / limit).tolist(), unit=unit, better="higher", cannot_tell=_AWAY),
        measured("distance to A", own_a.tolist(), unit=unit, better="higher", cannot_tell=_AWAY, group=FLOOR_A),
        measured(PLACE, places(result, a, b).tolist(), unit="", better="nearer 1", cannot_tell=_BETWEEN),
        measured(TAKEN_B, _share(to_b <= limit), unit="%", better="higher", cannot_tell=_TAKEN),
        measured(TAKEN_A, _share(to_a <= limit), unit="%", better="lower", cannot_tell=_TAKEN),
    ]
    return [measure for measure in found if measure is not None]


def distances(vectors: Floats, person: Floats) -> _Numbers:
    """Return (N,) how far vectors are from the mean of a person's."""
    return np.asarray(np.linalg.norm(vectors - person.mean(0), axis=1), np.float64)


def _own(person: Floats) -> _Numbers:
    """Return how far each vector of a person is from the mean of the others; nothing of a single one."""
    if len(person) < 2:
        return np.zeros(0)
    others = (person.sum(0) - person) / (len(person) - 1)
    return np.asarray(np.linalg.norm(person - others, axis=1), np.float64)


def _share(holds: npt.NDArray[np.bool_]) -> Sequence[float]:
    return [100.0 * bool(each) for each in holds]

import numpy as np

from omote.core.types import Detection
from omote.perception.finding import most_certain


def seen(left: float, score: float) -> Detection:
    box = np.array([left, 0, left + 100, 100], np.float32)
    return Detection(box, score, np.zeros((5, 2), np.float32))


def test_of_faces_that_lie_on_each_other_the_most_certain_is_kept() -> None:
    kept = most_certain([seen(0, 0.6), seen(20, 0.9), seen(200, 0.7), seen(80, 0.8)])
    assert [(face.box[0], face.score) for face in kept] == [(20, 0.9), (80, 0.8), (200, 0.7)]
    assert most_certain([]) == []

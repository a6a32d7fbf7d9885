import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.marking.straying import set_right

Times = npt.NDArray[np.float64]


def moving(landmarks: Floats, times: Times) -> Floats:
    rng = np.random.default_rng(0)
    way = np.stack([30 * times, 10 * np.sin(2 * times)], 1)[:, None]
    return np.asarray(landmarks + way + 0.2 * rng.standard_normal((len(times), 68, 2)), np.float32)


def test_strayed_points_are_put_back_and_others_left(landmarks: Floats) -> None:
    times: Times = np.arange(40, dtype=np.float64) / 20
    truth = moving(landmarks, times)
    seen = truth.copy()
    strayed = [3, 11, 12, 20, 21, 22, 39]
    seen[strayed] += np.array((2, 14), np.float32)
    right = set_right(seen, times)
    others = np.setdiff1d(np.arange(40), strayed)
    assert (right[others] == seen[others]).all()
    assert np.abs(right[strayed] - truth[strayed]).mean() < 1
    assert np.abs(right[strayed] - truth[strayed]).max() < 3


def test_few_or_far_samples_are_left(landmarks: Floats) -> None:
    times: Times = np.arange(6, dtype=np.float64) * 2
    seen = moving(landmarks, times)
    seen[2] += 20
    assert (set_right(seen, times) == seen).all()
    assert (set_right(seen[:2], times[:2]) == seen[:2]).all()

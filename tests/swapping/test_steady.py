import numpy as np
import pytest

from omote.swapping.config import CompositeConfig
from omote.swapping.steady import Memory, reach


def test_it_is_the_weighted_mean_of_the_frames_that_still_count() -> None:
    values = np.random.default_rng(0).random((30, 4), np.float32)
    memory = Memory()
    for frame, now in enumerate(values):
        mean = memory.steadied("it", now, frame, 5)
        ages = frame - np.arange(frame + 1)
        weights = np.where(ages <= 15, np.exp(-ages / 5), 0)
        np.testing.assert_allclose(mean, weights @ values[: frame + 1] / weights.sum(), rtol=1e-5)


def test_frames_that_were_left_out_are_time_that_passed() -> None:
    memory = Memory()
    memory.steadied("it", np.zeros(1, np.float32), 10, 4)
    share = np.exp(-3 / 4)
    assert memory.steadied("it", np.ones(1, np.float32), 13, 4) == pytest.approx(1 / (1 + share))
    assert memory.steadied("it", np.full(1, 7, np.float32), 30, 4) == 7


def test_things_are_kept_apart_and_time_that_runs_back_or_another_shape_begins_anew() -> None:
    memory = Memory()
    first, then = np.zeros(2, np.float32), np.ones(2, np.float32)
    memory.steadied("it", first, 5, 9)
    assert memory.steadied("other", then, 6, 9) is then
    assert memory.steadied("it", then, 5, 9) is then
    assert memory.steadied("it", np.ones(3, np.float32), 6, 9).tolist() == [1, 1, 1]
    assert memory.steadied("it", then, 7, 0) is then


def test_a_memory_that_saw_only_the_frames_within_reach_gives_the_same_bits() -> None:
    config = CompositeConfig(steady_mask=2.5, steady_colour=4)
    assert reach(config) == 8 + 12  # what is measured under a mask has that one's frames behind it, too
    assert reach(CompositeConfig(steady_mask=2.5, steady_colour=4, match_sharpness=50)) == 8 + 12 + 12
    assert reach(CompositeConfig(steady_mask=0, steady_colour=0)) == 0
    values = np.random.default_rng(1).random((40, 3), np.float32)
    whole, late = Memory(), Memory()
    for frame in range(40):
        mean = whole.steadied("it", values[frame], frame, 4)
        if frame >= 39 - reach(config):
            again = late.steadied("it", values[frame], frame, 4)
    assert np.array_equal(mean, again)

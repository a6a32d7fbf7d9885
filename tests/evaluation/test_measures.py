import math

import numpy as np
import pytest

from omote.evaluation.measures import bounds, measured

WORDS = {"unit": "levels", "cannot_tell": "who it is"}


def test_a_figure_is_the_mean_with_its_spread() -> None:
    found = measured("seam", [1.0, 2.0, 3.0, math.nan], better="lower", **WORDS)
    assert found is not None
    assert (found.name, found.value, found.n, found.better, found.group) == ("seam", 2.0, 3, "lower", "")
    assert found.spread == pytest.approx(np.std([1, 2, 3]))
    assert measured("seam", [math.nan], better="lower", **WORDS) is None
    alone = measured("seam", [1.5], better="lower", **WORDS)
    assert alone is not None
    assert (alone.value, alone.low, alone.high) == (1.5, None, None)


def test_the_bounds_hold_the_true_mean_as_often_as_they_say() -> None:
    chance = np.random.default_rng(1)
    held = [low <= 5 <= high for low, high in (bounds(5 + chance.normal(size=100)) for _ in range(200))]
    assert 0.88 < np.mean(held) < 0.98


def test_frames_that_are_alike_count_for_less() -> None:
    chance = np.random.default_rng(2)
    apart = chance.normal(size=160)
    alike = np.repeat(chance.normal(size=20), 8)

    def width(values: np.ndarray) -> float:
        low, high = bounds(values / values.std())
        return high - low

    assert width(alike) > 1.6 * width(apart)
    assert bounds(apart) == bounds(apart)


def test_every_frame_counts_alike_wherever_it_stands() -> None:
    values = np.random.default_rng(3).normal(size=64)
    values[:4] += 20  # a few wild frames: at the beginning, in the middle, over the end
    low, high = np.transpose([bounds(np.roll(values, by)) for by in range(0, 64, 2)])
    assert np.ptp(low) < 0.2 * values.mean()
    assert np.ptp(high) < 0.6 * values.mean()

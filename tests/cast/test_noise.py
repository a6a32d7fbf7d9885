from collections.abc import Callable

import numpy as np
import pytest

from omote.cast.noise import CELLS, clouds, octaves, spots
from omote.core.types import Floats

X, Y = np.meshgrid(np.linspace(0, 20, 201), np.linspace(0, 15, 151))


@pytest.mark.parametrize("pattern", [clouds, octaves, spots])
def test_a_seed_is_a_pattern(pattern: Callable[..., Floats]) -> None:
    assert (pattern(3, X, Y) == pattern(3, X, Y)).all()
    assert np.abs(pattern(3, X, Y) - pattern(4, X, Y)).max() > 0.3


@pytest.mark.parametrize("pattern", [clouds, octaves])
def test_clouds_are_smooth_and_even(pattern: Callable[..., Floats]) -> None:
    values = pattern(5, X, Y)
    assert np.abs(values).max() <= 1
    assert abs(values.mean()) < 0.15
    assert np.abs(np.diff(values, axis=1)).max() < 0.5


def test_clouds_repeat() -> None:
    assert clouds(1, X + CELLS, Y) == pytest.approx(clouds(1, X, Y), abs=1e-4)


def test_spots_stand_apart_on_empty_ground() -> None:
    values = spots(2, X, Y)
    assert values.min() >= 0
    assert values.max() > 0.9
    assert (values < 0.01).mean() > 0.7

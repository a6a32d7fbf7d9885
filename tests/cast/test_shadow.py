import numpy as np
import pytest

from omote.cast.shadow import reached
from omote.core.types import Floats

LAMP = np.array([0.0, 0.6, 0.8], np.float32)


def square(half: float, z: float) -> Floats:
    x, y = np.meshgrid(np.arange(-half, half, 0.2), np.arange(-half, half, 0.2))
    return np.stack([x.ravel(), y.ravel(), np.full(x.size, z)], axis=1).astype(np.float32)


def test_what_stands_in_the_way_throws_a_shadow_away_from_the_lamp() -> None:
    wall = square(12, 0.0)
    lit = reached(wall, np.concatenate([wall, square(2, 6.0)]), LAMP)
    middle = np.linalg.norm(wall[:, :2] - (0, -4.5), axis=1)
    assert lit[middle < 1].max() < 0.05
    assert lit[middle > 5].min() > 0.95


def test_a_flat_wall_does_not_shade_itself() -> None:
    wall = square(12, 0.0)
    assert reached(wall, wall, LAMP) == pytest.approx(np.ones(len(wall)), abs=0.05)


def test_nearest_to_the_lamp_is_lit() -> None:
    assert reached(square(2, 6.0), square(12, 0.0), LAMP).min() == 1


def test_a_loose_net_of_points_still_throws_a_whole_shadow() -> None:
    wall = square(12, 0.0)
    x, y = np.meshgrid(np.arange(-3, 3, 0.75), np.arange(-3, 3, 0.75))
    net = np.stack([x.ravel(), y.ravel(), np.full(x.size, 6.0)], axis=1).astype(np.float32)
    lit = reached(wall, np.concatenate([wall, net]), LAMP)
    assert lit[np.linalg.norm(wall[:, :2] - (0, -4.5), axis=1) < 1.5].max() < 0.1

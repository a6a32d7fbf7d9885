import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.colour import match_mean_and_spread, to_lab, to_rgb


def noise(seed: int, mean: float, spread: float) -> Floats:
    return np.clip(np.random.default_rng(seed).normal(mean, spread, (40, 50, 3)), 0, 1).astype(np.float32)


def test_lab_goes_round() -> None:
    rgb = noise(0, 0.5, 0.2)
    np.testing.assert_allclose(to_rgb(to_lab(rgb)), rgb, atol=1 / 255)


def test_the_face_takes_the_plate_s_mean_and_spread_inside_the_mask_only() -> None:
    face, plate = noise(1, 0.35, 0.05), noise(2, 0.6, 0.08)
    weight = np.zeros((40, 50), np.float32)
    weight[10:30, 10:40] = 1
    plate[weight == 0] = 0  # what lies outside must not count
    inside = to_lab(match_mean_and_spread(face, plate, weight))[weight == 1]
    goal = to_lab(plate)[weight == 1]
    np.testing.assert_allclose(inside.mean(0), goal.mean(0), atol=0.5)
    np.testing.assert_allclose(inside.std(0), goal.std(0), atol=0.5)


def test_a_flat_face_is_not_blown_up() -> None:
    flat = np.full((40, 50, 3), 0.5, np.float32)
    out = match_mean_and_spread(flat, noise(3, 0.5, 0.2), np.ones((40, 50), np.float32))
    assert out.std((0, 1)).max() == pytest.approx(0, abs=1e-3)


def test_no_mask_changes_nothing() -> None:
    face = noise(4, 0.5, 0.1)
    assert match_mean_and_spread(face, noise(5, 0.1, 0.1), np.zeros((40, 50), np.float32)) is face

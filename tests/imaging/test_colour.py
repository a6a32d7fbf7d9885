import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.colour import find_lab, find_mean, grey, match_lab, match_mean, to_lab, to_rgb


def noise(seed: int, mean: float, spread: float) -> Floats:
    return np.clip(np.random.default_rng(seed).normal(mean, spread, (40, 50, 3)), 0, 1).astype(np.float32)


def window() -> Floats:
    weight = np.zeros((40, 50), np.float32)
    weight[10:30, 10:40] = 1
    return weight


def test_lab_goes_round() -> None:
    rgb = noise(0, 0.5, 0.2)
    np.testing.assert_allclose(to_rgb(to_lab(rgb)), rgb, atol=1 / 255)


def test_brightness_is_bt_601_s() -> None:
    rgb = noise(0, 0.5, 0.2)
    np.testing.assert_allclose(grey(rgb), rgb @ [0.299, 0.587, 0.114], atol=1e-5)


def test_the_face_takes_the_plate_s_mean_inside_the_mask_only() -> None:
    face, plate, weight = noise(1, 0.35, 0.05), noise(2, 0.6, 0.08), window()
    plate[weight == 0] = 0  # what lies outside must not count
    inside = match_mean(face, *find_mean(face, plate, weight))[weight == 1]
    np.testing.assert_allclose(inside.mean(0), plate[weight == 1].mean(0), atol=1e-3)
    np.testing.assert_allclose(inside.std(0), face[weight == 1].std(0), atol=1e-3)


def test_the_face_takes_the_plate_s_mean_and_spread_inside_the_mask_only() -> None:
    face, plate, weight = noise(1, 0.35, 0.05), noise(2, 0.6, 0.07), window()
    plate[weight == 0] = 0
    inside = to_lab(match_lab(face, *find_lab(face, plate, weight)))[weight == 1]
    goal = to_lab(plate)[weight == 1]
    np.testing.assert_allclose(inside.mean(0), goal.mean(0), atol=0.5)
    np.testing.assert_allclose(inside.std(0), goal.std(0), atol=0.5)


def test_a_pixel_of_half_the_weight_counts_half() -> None:
    face, plate = np.zeros((1, 3, 3), np.float32), np.array([[[0.9] * 3, [0.3] * 3, [0.3] * 3]], np.float32)
    weight = np.array([[1, 0.5, 0]], np.float32)
    means, _ = find_mean(face, plate, weight)
    np.testing.assert_allclose(means[0], 0)
    np.testing.assert_allclose(means[1], (0.9 + 0.15) / 1.5, atol=1e-6)


def test_a_flat_face_is_not_blown_up() -> None:
    flat = np.full((40, 50, 3), 0.5, np.float32)
    out = match_lab(flat, *find_lab(flat, noise(3, 0.5, 0.2), np.ones((40, 50), np.float32)))
    assert out.std((0, 1)).max() == pytest.approx(0, abs=1e-3)


def test_no_mask_changes_nothing() -> None:
    face, plate, nothing = noise(4, 0.5, 0.1), noise(5, 0.1, 0.1), np.zeros((40, 50), np.float32)
    np.testing.assert_allclose(match_lab(face, *find_lab(face, plate, nothing)), face, atol=2e-3)
    np.testing.assert_array_equal(match_mean(face, *find_mean(face, plate, nothing)), face)

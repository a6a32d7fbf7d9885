import numpy as np

from omote.core.types import Floats
from omote.imaging.histogram import find_levels, match_levels


def picture(seed: int, low: float, high: float, power: float) -> Floats:
    return (low + (high - low) * np.random.default_rng(seed).random((60, 50, 3)) ** power).astype(np.float32)


def by_sorting(face: Floats, plate: Floats) -> Floats:
    """The exact match: the n-th darkest pixel takes the value of the plate's n-th darkest."""
    out = np.empty_like(face)
    for channel in range(3):
        order = np.argsort(face[..., channel], axis=None)
        out[..., channel].flat[order] = np.sort(plate[..., channel], axis=None)
    return out


def test_the_levels_are_those_of_an_exact_match_by_sorting() -> None:
    face, plate = picture(1, 0.1, 0.7, 0.9), picture(2, 0.3, 0.95, 0.6)
    out = match_levels(face, *find_levels(face, plate, np.ones((60, 50), np.float32)))
    np.testing.assert_allclose(out, by_sorting(face, plate), atol=3 / 256)


def test_only_what_the_mask_covers_counts() -> None:
    face, plate = picture(1, 0.1, 0.7, 0.9), picture(2, 0.3, 0.95, 0.6)
    weight = np.zeros((60, 50), np.float32)
    weight[20:50] = 0.7
    out = match_levels(face, *find_levels(face, plate, weight))[20:50]
    np.testing.assert_allclose(out, by_sorting(face[20:50], plate[20:50]), atol=3 / 256)


def test_no_colour_leaves_the_plate_s_range_and_gaps_are_jumped() -> None:
    face = picture(1, 0.0, 1.0, 1)
    plate = np.where(picture(2, 0, 1, 1) < 0.5, 0.2, 0.6).astype(np.float32)
    out = match_levels(face, *find_levels(face, plate, np.ones((60, 50), np.float32)))
    assert out.min() >= 0.2 - 1 / 256
    assert out.max() <= 0.6 + 1 / 256
    between = (out > 0.21) & (out < 0.6 - 1 / 256)
    assert between.mean() < 0.01


def test_without_a_mask_nothing_changes() -> None:
    face, plate = picture(1, 0, 1, 1), picture(2, 0, 1, 2)
    out = match_levels(face, *find_levels(face, plate, np.zeros((60, 50), np.float32)))
    np.testing.assert_allclose(out, face, atol=1e-6)

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, shift

from omote.core.types import Picture
from omote.imaging.flow import flow


def textured(seed: int, height: int, width: int) -> Picture:
    noise = np.random.default_rng(seed).uniform(0, 255, (height, width, 3))
    soft = gaussian_filter(noise, (2, 2, 0))
    return np.asarray((soft - soft.min()) / np.ptp(soft) * 255, np.uint8)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (0, -2), (1.5, 2.5)])
def test_what_moves_is_found_to_a_part_of_a_pixel(right: float, down: float) -> None:
    before = textured(0, 90, 120)
    after = np.clip(shift(before.astype(float), (down, right, 0), order=3, mode="nearest"), 0, 255).astype(np.uint8)
    inside = flow(before, after)[15:-15, 15:-15]
    assert inside.reshape(-1, 2).mean(0) == pytest.approx([right, down], abs=0.15)
    assert np.abs(inside - (right, down)).max() < 0.7


def test_pictures_of_any_size_have_a_motion() -> None:
    assert flow(textured(1, 9, 40), textured(1, 9, 40)) == pytest.approx(np.zeros((9, 40, 2)), abs=0.05)

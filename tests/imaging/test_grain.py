import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.grain import drawn_grain, grain_of

ALL = np.ones((200, 220), np.float32)


def scene() -> Floats:
    """Smooth shading with an edge and a few dark lines, as a face has."""
    y, x = np.mgrid[0:200, 0:220]
    grey = 0.45 + 0.2 * np.sin(x / 40) * np.cos(y / 50)
    grey[:, 120:] += 0.15
    grey[::40] -= 0.2
    return np.asarray(grey, np.float32)


@pytest.mark.parametrize("deviations", [(0.02, 0.0), (0.0, 0.02), (0.012, 0.02)])
def test_drawn_grain_is_measured_as_what_it_is(deviations: tuple[float, float]) -> None:
    variances = np.square(np.array(deviations, np.float32))
    found = grain_of(scene() + drawn_grain(variances, 220, 200, (1, 2)), ALL)
    np.testing.assert_allclose(np.sqrt(found), deviations, atol=0.0045)


def test_a_clean_picture_has_none_and_only_the_mask_counts() -> None:
    assert np.sqrt(grain_of(scene(), ALL)).max() < 0.002
    left = np.zeros_like(ALL)
    left[:, :100] = 1
    half = scene()
    half[:, 110:] += np.random.default_rng(0).normal(0, 0.1, (200, 110))
    assert np.sqrt(grain_of(half, left)).max() < 0.002
    assert not grain_of(half, left * 0).any()
    assert not grain_of(half[:6, :6], ALL[:6, :6]).any()


def test_the_fine_layer_is_white_noise_of_its_variance() -> None:
    grain = drawn_grain(np.array([0.04, 0], np.float32), 300, 300, (5,))
    assert grain.std() == pytest.approx(0.2, rel=0.02)
    assert abs(np.corrcoef(grain[:, :-1].ravel(), grain[:, 1:].ravel())[0, 1]) < 0.02
    coarse = drawn_grain(np.array([0, 0.04], np.float32), 301, 299, (5,))
    assert coarse.shape == (299, 301)
    assert np.corrcoef(coarse[:, :-1].ravel(), coarse[:, 1:].ravel())[0, 1] > 0.5


def test_the_same_seed_draws_the_same_grain_and_another_frame_other() -> None:
    variances = np.array([0.01, 0.01], np.float32)
    first, again, later = (drawn_grain(variances, 50, 40, seed) for seed in ((3, 7), (3, 7), (4, 7)))
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), later.ravel())[0, 1]) < 0.1

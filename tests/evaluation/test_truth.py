import numpy as np
import pytest

from omote.core.types import Picture
from omote.evaluation.truth import Likeness, likeness, mean_likeness


def test_only_what_lies_under_the_mask_counts(picture: Picture) -> None:
    mask = np.zeros(picture.shape[:2], np.float32)
    mask[60:160, 60:160] = 1
    changed = picture.copy()
    changed[:40] = 0
    assert likeness(changed, picture, mask) == Likeness(pytest.approx(1), float("inf"))  # type: ignore[arg-type]


def test_psnr_is_what_the_error_says(picture: Picture) -> None:
    dark = np.clip(picture, 0, 245)
    mask = np.ones(picture.shape[:2], np.float32)
    assert likeness(dark + np.uint8(10), dark, mask).psnr == pytest.approx(10 * np.log10(255**2 / 100), abs=1e-6)


def test_more_noise_is_less_like(picture: Picture) -> None:
    rng, mask = np.random.default_rng(0), np.ones(picture.shape[:2], np.float32)
    noisy = [np.clip(picture + rng.normal(0, spread, picture.shape), 0, 255).astype(np.uint8) for spread in (2, 8, 32)]
    figures = [likeness(one, picture, mask) for one in noisy]
    assert figures[0].ssim > figures[1].ssim > figures[2].ssim
    assert figures[0].psnr > figures[1].psnr > figures[2].psnr
    assert mean_likeness(figures).ssim == pytest.approx(sum(one.ssim for one in figures) / 3)


def test_nothing_to_compare_is_an_error(picture: Picture) -> None:
    with pytest.raises(ValueError, match="empty"):
        likeness(picture, picture, np.zeros(picture.shape[:2], np.float32))
    with pytest.raises(ValueError, match="nothing"):
        mean_likeness([])

import numpy as np
import pytest

from omote.core.types import Picture
from omote.imaging.geometry import resize
from omote.imaging.quality import exposure, sharpness


def test_blur_lowers_sharpness_step_by_step() -> None:
    sharp = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    blurred = [resize(resize(sharp, side, side), 256, 256) for side in (256, 128, 64, 32)]
    figures = [sharpness(face) for face in blurred]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 4 * figures[-1]


def test_exposure_runs_from_black_to_white(picture: Picture) -> None:
    assert exposure(np.zeros_like(picture)) == 0
    assert exposure(np.full_like(picture, 255)) == pytest.approx(1)
    assert 0.3 < exposure(picture) < 0.7

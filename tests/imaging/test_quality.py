import numpy as np

from omote.imaging.geometry import resize
from omote.imaging.quality import sharpness


def test_blur_lowers_sharpness_step_by_step() -> None:
    sharp = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)
    blurred = [resize(resize(sharp, side, side), 256, 256) for side in (256, 128, 64, 32)]
    figures = [sharpness(face) for face in blurred]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 4 * figures[-1]

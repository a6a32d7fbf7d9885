"""Grain: how much a picture has, and drawing some.

Grain is taken for two layers of noise, one of single pixels and one of twice that size, since film, compression and
scaling make its specks larger than pixels. Only its brightness is looked at and drawn.
"""

import cv2
import numpy as np

from omote.core.types import Floats
from omote.imaging.geometry import resize

# Leaves nothing of any picture that is straight in x or y: flat parts, ramps, upright and level edges.
_SECOND = np.array([1, -2, 1], np.float32)
_KERNEL = np.outer(_SECOND, _SECOND)
_GAIN = 6.0  # by which it multiplies the deviation of white noise: the root of its squares' sum
_MEDIAN = 0.6745  # of the size of normally distributed numbers, in deviations
# What variances are measured at full and at half size (means of 2 × 2) of one unit of either layer. Fine: 1 and 1/4.
# Coarse, which is enlarged bilinearly, along one axis: the kernel makes of it 1/4, -1/2, 1/4 of its samples, and 1/8,
# 1/2, -5/4, 1/2, 1/8 at half size; a sixth of their squares' sums, squared for two axes.
_MIX = np.array([[1, (0.375 / 6) ** 2], [0.25, (2.09375 / 6) ** 2]])


def grain_of(grey: Floats, mask: Floats) -> Floats:
    """Return the (2,) variances that the fine and the coarse layer of a picture's grain have.

    Medians, so that edges and other sparse detail do not count.

    Args:
        grey: (H, W) brightness 0..1.
        mask: (H, W); where it is above 1/2 the grain is measured. Too little of it: no grain.
    """
    size = (grey.shape[1] // 2, grey.shape[0] // 2)
    if min(size) < 4:
        return np.zeros(2, np.float32)
    even = (slice(0, 2 * size[1]), slice(0, 2 * size[0]))
    seen = np.array([_variance(grey, mask), _variance(resize(grey[even], *size), resize(mask[even], *size))])
    fine, coarse = np.linalg.solve(_MIX, seen)
    if coarse < 0:
        fine, coarse = seen[0], 0
    return np.array([max(fine, 0), coarse], np.float32)


def drawn_grain(variances: Floats, width: int, height: int, seed: tuple[int, ...]) -> Floats:
    """Draw (H, W) grain of mean 0; the same numbers give the same grain.

    Args:
        variances: (2,) of the fine and the coarse layer.
        width: of the grain in pixels.
        height: the same.
        seed: whole numbers, 0 or more.
    """
    rng = np.random.default_rng(seed)
    fine, coarse = np.sqrt(np.maximum(variances, 0))
    grain = rng.standard_normal((height, width), np.float32) * fine
    if coarse > 0:
        half = rng.standard_normal((height // 2 + 1, width // 2 + 1), np.float32) * coarse
        size = (2 * half.shape[1], 2 * half.shape[0])
        grain += cv2.resize(half, size, interpolation=cv2.INTER_LINEAR)[:height, :width]
    return np.asarray(grain, np.float32)


def _variance(grey: Floats, mask: Floats) -> float:
    inside = mask[1:-1, 1:-1] > 0.5
    if inside.sum() < 16:
        return 0.0
    response = np.abs(cv2.filter2D(grey, -1, _KERNEL)[1:-1, 1:-1][inside])
    return float((np.median(response) / _MEDIAN / _GAIN) ** 2)

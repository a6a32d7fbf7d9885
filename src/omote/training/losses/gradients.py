"""Measures of error that compare how pictures change from pixel to pixel."""

import torch
from torch import Tensor
from torch.nn import functional

from omote.training.losses.term import Term, average

_LUMA = (0.299, 0.587, 0.114)
_C = 0.0026
_TINY = 1e-12
_ROUND = 1e-8


def gradient_difference(made: Tensor, true: Tensor) -> Tensor:
    """Return how much the steps to the pixels above and to the left differ (Mathieu, Couprie, LeCun 2016, α = 1).

    Steps count by their size, not their sign; (B, C, H, W), and 0 where there is no such neighbour.
    """
    down = (made.diff(dim=2).abs() - true.diff(dim=2).abs()).abs()
    across = (made.diff(dim=3).abs() - true.diff(dim=3).abs()).abs()
    return functional.pad(down, (0, 0, 1, 0)) + functional.pad(across, (1, 0))


def gradient_similarity(made: Tensor, true: Tensor) -> Tensor:
    """Return the (B, 1, H // 2, W // 2) map of gradient magnitude similarity (Xue et al. 2014), 1 where equal.

    Of luminance, averaged over 2 × 2 pixels, with Prewitt's filter; the last pixel goes on beyond the edges.
    """
    first, second = _steepness(made), _steepness(true)
    alike: Tensor = (2 * first * second + _C) / (first.square() + second.square() + _C)
    return alike


class Deviation(Term):
    """GMSD: the standard deviation of `gradient_similarity` over a picture (Xue et al. 2014), each pixel by its weight.

    The result counts by the mean weight.
    """

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        alike = gradient_similarity(made, true)
        variance = average((alike - average(alike, weight)).square(), weight).flatten()
        # Rounded off at the bottom: the root's slope at 0 is infinite.
        deviation: Tensor = (variance + _ROUND).sqrt() - _ROUND**0.5
        return deviation * weight.mean((1, 2, 3))


def _steepness(rgb: Tensor) -> Tensor:
    red, green, blue = functional.avg_pool2d(rgb, 2).chunk(3, 1)
    light = functional.pad(_LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue, (1, 1, 1, 1), mode="replicate")
    down, across = light[..., 2:, :] - light[..., :-2, :], light[..., 2:] - light[..., :-2]
    down = (down[..., :-2] + down[..., 1:-1] + down[..., 2:]) / 3
    across = (across[..., :-2, :] + across[..., 1:-1, :] + across[..., 2:, :]) / 3
    return torch.sqrt(down.square() + across.square() + _TINY)

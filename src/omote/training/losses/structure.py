"""Structural similarity, at one scale and at several: variances under a window, so float32 only."""

import torch
from torch import Tensor
from torch.nn import functional

from omote.training.losses.term import Term, average
from omote.training.losses.windows import filtered, gaussian

_REACH = 5
_WINDOW = gaussian(1.5, _REACH)
_C1, _C2 = 0.01**2, 0.03**2
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_LEAST = 0.1
_GREY = 0.5


def ssim(first: Tensor, second: Tensor) -> Tensor:
    """Return the structural similarity of two (B, C, H, W) pictures of 0..1 around each pixel (Wang et al. 2004).

    Gaussian window of 11 pixels, sigma 1.5, mirrored at the edges; -1 to 1 and 1 where they are equal. Sides of 6 px
    or more.
    """
    light, structure = _compared(first, second)
    return light * structure


def dissimilarity(made: Tensor, true: Tensor) -> Tensor:
    """Return 1 - `ssim` of each pixel and channel, 0 to 2."""
    return 1 - ssim(made, true)


class MultiScale(Term):
    """1 - MS-SSIM (Wang, Simoncelli, Bovik 2003): structure at five scales, light at the coarsest.

    Small pictures have fewer scales, so that the window fits the coarsest, and their exponents are brought to sum 1.
    The means over a scale's pixels are weighted ones; the result counts by the mean weight.
    """

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`. Sides of 6 px or more."""
        exponents = _exponents(min(made.shape[-2:]))
        likeness = made.new_ones(())
        for scale, exponent in enumerate(exponents, 1):
            light, structure = _compared(made, true)
            alike = light * structure if scale == len(exponents) else structure
            likeness = likeness * _positive(average(alike, weight)) ** exponent
            made, true = functional.avg_pool2d(made, 2), functional.avg_pool2d(true, 2)
        return (1 - likeness).mean((1, 2, 3)) * weight.mean((1, 2, 3))


def _compared(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Return how alike light and structure (contrast and correlation in one) are around each pixel."""
    # Variances do not care where grey is, but the squares they are the difference of lose digits far from 0.
    first, second = first - _GREY, second - _GREY
    # The true picture's moments apart, since no gradient flows back to them.
    mean_2, square_2 = _moments(second, second * second)
    mean_1, square_1, product = _moments(first, first * first, first * second)
    variances = (square_1 - mean_1.square()) + (square_2 - mean_2.square())
    structure = (2 * (product - mean_1 * mean_2) + _C2) / (variances + _C2)
    light_1, light_2 = mean_1 + _GREY, mean_2 + _GREY
    return (2 * light_1 * light_2 + _C1) / (light_1.square() + light_2.square() + _C1), structure


def _moments(*pictures: Tensor) -> tuple[Tensor, ...]:
    return filtered(torch.cat(pictures, 1), _WINDOW, _WINDOW, "reflect").chunk(len(pictures), 1)


def _exponents(side: int) -> list[float]:
    fit = 1
    while fit < len(_SCALES) and side >> fit >= 2 * _REACH + 1:
        fit += 1
    return [exponent / sum(_SCALES[:fit]) for exponent in _SCALES[:fit]]


def _positive(alike: Tensor) -> Tensor:
    # Powers of 0 have infinite slopes and opposite pictures a likeness below 0: from a least likeness on a hyperbola
    # goes on, which meets it with the same slope and never reaches 0.
    return alike.clamp_min(_LEAST) / (2 - alike.clamp_max(_LEAST) / _LEAST)

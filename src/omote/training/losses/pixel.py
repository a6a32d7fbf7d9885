"""Measures of error that look at each pixel by itself."""

import torch
from torch import Tensor

from omote.training.losses.term import Term

_STEP = 1 / 255


def mse(made: Tensor, true: Tensor) -> Tensor:
    """Return the squared error of each pixel and channel."""
    return (made - true).square()


def mae(made: Tensor, true: Tensor) -> Tensor:
    """Return the absolute error of each pixel and channel."""
    return (made - true).abs()


def logcosh(made: Tensor, true: Tensor) -> Tensor:
    """Return log cosh of the error d of each pixel and channel: half its square near 0, |d| - log 2 far off."""
    # log cosh d = log(1 + 2 sinh²(d / 2)), which is exact near 0, where cosh d rounds to 1.
    return torch.log1p(2 * torch.sinh((made - true) / 2).square())


def smooth(made: Tensor, true: Tensor) -> Tensor:
    """Return the general loss of Barron (2019) with α = 1 and c = 1/255, the least step of a stored picture.

    It is multiplied by c, so that it tends to the absolute error; below c it is round: c (√((d/c)² + 1) - 1).
    """
    return _STEP * (((made - true) / _STEP).square().add(1).sqrt() - 1)


class Largest(Term):
    """The largest of a picture's errors × weight, over all its pixels and channels (the norm l∞)."""

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        return ((made - true).abs() * weight).amax((1, 2, 3))

"""What every measure of error is to the loss, and how pixels are weighed."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

ErrorMap = Callable[[Tensor, Tensor], Tensor]
"""(B, 3, H, W) made and true RGB of 0..1 → (B, 1 or 3, H, W) error of each pixel, 0 where they are equal."""

_NOTHING = 1e-12


class Term(nn.Module, ABC):
    """A measure of error of whole pictures that heeds how much each pixel counts.

    All of them grow in proportion to the weight as a whole, so that they keep their balance whatever the masks.
    """

    @abstractmethod
    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return the (B,) errors, 0 where the pictures are equal.

        Args:
            made: (B, 3, H, W) float32 RGB, 0..1.
            true: (B, 3, H, W), likewise.
            weight: (B, 1, H, W), 0 and more: how much each pixel counts.
        """


class Pixels(Term):
    """The mean over all pixels of error × weight."""

    def __init__(self, error: ErrorMap) -> None:
        super().__init__()
        self._error = error

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        return mean_error(self._error(made, true), weight)


def mean_error(errors: Tensor, weight: Tensor) -> Tensor:
    """Return the (B,) means over all pixels of (B, C, h, w) errors × weight; a larger weight map is first shrunk."""
    return (errors * shrunk(weight, errors)).mean((1, 2, 3))


def average(values: Tensor, weight: Tensor) -> Tensor:
    """Return (B, C, 1, 1): averages of (B, C, h, w) values, in which each pixel counts by its weight.

    0 where no pixel counts.
    """
    fitting = shrunk(weight, values)
    return (values * fitting).sum((2, 3), keepdim=True) / fitting.sum((2, 3), keepdim=True).clamp_min(_NOTHING)


def shrunk(weight: Tensor, like: Tensor) -> Tensor:
    """Return weights averaged over the areas that the pixels of a smaller map stand for."""
    height, width = like.shape[-2:]
    return weight if weight.shape[-2:] == (height, width) else functional.adaptive_avg_pool2d(weight, (height, width))

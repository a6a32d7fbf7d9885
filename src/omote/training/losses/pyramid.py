"""Error by fineness of detail: the Laplacian pyramid."""

import torch
from torch import Tensor

from omote.training.losses.constant import constant
from omote.training.losses.term import Term, mean_error

_LEVELS, _LEAST = 5, 4


class Laplacian(Term):
    """Absolute error of every level of the Laplacian pyramid (Burt, Adelson 1983), in sum (Bojanowski et al. 2018).

    Five levels of detail, fewer where their side would fall below 4 px, and the coarse rest. A level counts 4^j times
    its sum of errors there, which is its mean here. Masks are shrunk to each level, not levels brought back: the same
    weights, for less.
    """

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        # The pyramid is linear: that of the difference is the difference of the pyramids.
        return sum((mean_error(level.abs(), weight) for level in pyramid(made - true)), made.new_zeros(()))


def pyramid(pictures: Tensor) -> list[Tensor]:
    """Return the levels of (B, C, H, W) pictures, the finest first, each half as large, the coarse rest last."""
    levels: list[Tensor] = []
    device = pictures.device
    while len(levels) < _LEVELS and min(pictures.shape[-2:]) >= _LEAST:
        height, width = pictures.shape[-2:]
        coarse = _halving(height, device) @ pictures @ _halving(width, device).T
        levels.append(pictures - _doubling(height, device) @ coarse @ _doubling(width, device).T)
        pictures = coarse
    return [*levels, pictures]


@constant
def _halving(side: int, device: torch.device) -> Tensor:
    """Return the (⌈side / 2⌉, side) matrix that halves a line of pixels."""
    near = _near(side, device)
    return (near / near.sum(0)).T


@constant
def _doubling(side: int, device: torch.device) -> Tensor:
    """Return the (side, ⌈side / 2⌉) matrix that brings a halved line of pixels back to its length."""
    near = _near(side, device)
    return near / near.sum(1, keepdim=True)


def _near(side: int, device: torch.device) -> Tensor:
    """Return (side, ⌈side / 2⌉): the window (1, 4, 6, 4, 1) around every second pixel, cut off at the ends."""
    distance = (torch.arange(side, device=device)[:, None] - torch.arange(0, side, 2, device=device)).abs()
    return (6 - 1.5 * distance - 0.5 * distance.square()).clamp_min(0)

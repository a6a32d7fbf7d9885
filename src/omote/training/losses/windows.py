"""Filters that are products of one for columns and one for rows, with what lies beyond a picture's edges."""

from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from omote.training.losses.constant import constant

Window = tuple[float, ...]
"""Weights of an odd number of neighbouring pixels, the middle one's own."""
Edge = Literal["reflect", "replicate"]
"""What stands beyond the edge: the picture mirrored at its last pixel, or the last pixel again and again."""


def gaussian(sigma: float, reach: int) -> Window:
    """Return a bell of 2 `reach` + 1 pixels with sum 1."""
    bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    return tuple((bell / bell.sum()).tolist())


def filtered(pictures: Tensor, down: Window, across: Window, edge: Edge) -> Tensor:
    """Return (B, C, H, W) pictures correlated with the window `down` along columns and `across` along rows."""
    # A GPU that may multiply matrices in TF32 would round to ten bits, too coarse for variances.
    return (by_taps if pictures.is_cuda else by_matrices)(pictures, down, across, edge)


def by_matrices(pictures: Tensor, down: Window, across: Window, edge: Edge) -> Tensor:
    """Do what `filtered` says by two products with banded matrices: on a CPU far faster than a convolution."""
    height, width = pictures.shape[-2:]
    rows = _band(down, height, edge, pictures.device)
    return rows @ pictures @ _band(across, width, edge, pictures.device).T


def by_taps(pictures: Tensor, down: Window, across: Window, edge: Edge) -> Tensor:
    """Do what `filtered` says by sums of shifted pictures, in the full precision of its numbers."""
    return _taps(_taps(pictures, down, 2, edge), across, 3, edge)


def _taps(pictures: Tensor, window: Window, axis: Literal[2, 3], edge: Edge) -> Tensor:
    reach, side = len(window) // 2, pictures.shape[axis]
    padded = functional.pad(pictures, (0, 0, reach, reach) if axis == 2 else (reach, reach, 0, 0), mode=edge)
    total = window[0] * padded.narrow(axis, 0, side)
    for first, share in enumerate(window[1:], 1):
        total = total + share * padded.narrow(axis, first, side)
    return total


@constant
def _band(window: Window, side: int, edge: Edge, device: torch.device) -> Tensor:
    """Return the (side, side) matrix that filters a line of pixels."""
    reach = len(window) // 2
    at = torch.arange(side, device=device)[:, None] + torch.arange(-reach, reach + 1, device=device)
    last = side - 1
    at = last - (last - at.abs()).abs() if edge == "reflect" else at.clamp(0, last)
    shares = torch.tensor(window, device=device).expand(side, -1)
    return torch.zeros(side, side, device=device).scatter_add_(1, at, shares)

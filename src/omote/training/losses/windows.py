"""Filters that are products of one for columns and one for rows, with what lies beyond a picture's edges."""

from functools import lru_cache
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

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
    rows: Tensor = _band(down, height, edge, pictures.device)
    columns: Tensor = _band(across, width, edge, pictures.device)
    return rows @ pictures @ columns.T


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


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
@lru_cache(maxsize=128)
def _band(window: Window, side: int, edge: Edge, device: torch.device) -> Tensor:
    """Return the (side, side) matrix that filters a line of pixels."""
    reach = len(window) // 2
    at = np.pad(np.arange(side), reach, mode="reflect" if edge == "reflect" else "edge")
    band = np.zeros((side, side))
    for first, share in enumerate(window):
        np.add.at(band, (np.arange(side), at[first : first + side]), share)
    with torch.inference_mode(False):  # else what is first needed while measuring could never serve training
        return torch.from_numpy(band.astype(np.float32)).to(device)

"""Error by fineness of detail: the Laplacian pyramid."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from omote.training.losses.term import Term, mean_error

_LEVELS, _LEAST = 5, 4
_BINOMIAL = np.array([1, 4, 6, 4, 1]) / 16


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
    while len(levels) < _LEVELS and min(pictures.shape[-2:]) >= _LEAST:
        reduce_rows, expand_rows = _steps(pictures.shape[-2], pictures.device)
        reduce_columns, expand_columns = _steps(pictures.shape[-1], pictures.device)
        coarse = reduce_rows @ pictures @ reduce_columns.T
        levels.append(pictures - expand_rows @ coarse @ expand_columns.T)
        pictures = coarse
    return [*levels, pictures]


@torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
@lru_cache(maxsize=128)
def _steps(side: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return the (⌈side / 2⌉, side) matrix that halves a line of pixels, and the one that brings it back.

    Both weigh by the binomial window; at the ends, where part of it falls outside, by what is left of it.
    """
    offset = np.arange(side)[:, None] - 2 * np.arange((side + 1) // 2)
    near = np.where(np.abs(offset) <= 2, _BINOMIAL[np.clip(offset + 2, 0, 4)], 0)
    reduce, expand = (near / near.sum(0)).T, near / near.sum(1, keepdims=True)
    with torch.inference_mode(False):  # else what is first needed while measuring could never serve training
        first, second = (torch.from_numpy(matrix.astype(np.float32)).to(device) for matrix in (reduce, expand))
        return first, second

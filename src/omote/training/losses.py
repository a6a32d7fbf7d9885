"""How far a made face is from the true one, pixel by pixel, so that a mask can weigh it."""

from functools import lru_cache

import torch
from torch import Tensor

from omote.faceset.augment import Batch
from omote.models.base import Decoded
from omote.training.config import LossConfig

_WINDOW, _SIGMA = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2


def swap_loss(made: Decoded, true: Batch, config: LossConfig) -> Tensor:
    """Return the loss of one person's batch, a scalar: the weighted mean over all its pixels.

    Args:
        made: what the decoder made, (B, 3, O, O) and perhaps a mask.
        true: the batch it should have made.
        config: weights.
    """
    weight = config.outside + (1 - config.outside) * true.mask
    error = config.mse * (made.face - true.target).square()
    if config.ssim:
        error = error + config.ssim * (1 - ssim(made.face, true.target))
    loss = (error * weight).mean()
    if made.mask is not None:
        loss = loss + config.learned_mask * (made.mask - true.mask).square().mean()
    return loss


def ssim(first: Tensor, second: Tensor) -> Tensor:
    """Return the structural similarity of two (B, C, H, W) pictures of 0..1 around each pixel (Wang et al. 2004).

    Gaussian window of 11 pixels, sigma 1.5, mirrored at the edges; -1 to 1 and 1 where they are equal.
    """
    stack = torch.cat([first, second, first * first, second * second, first * second], 1)
    mean_1, mean_2, square_1, square_2, product = _blurred(stack).chunk(5, 1)
    means = mean_1 * mean_2
    mean_squares = mean_1.square() + mean_2.square()
    structure = (2 * (product - means) + _C2) / (square_1 + square_2 - mean_squares + _C2)
    return structure * (2 * means + _C1) / (mean_squares + _C1)


def _blurred(pictures: Tensor) -> Tensor:
    # Two products with banded matrices: for small faces far faster on a CPU than a convolution by channel.
    rows, columns = (_band(side).to(pictures) for side in pictures.shape[-2:])
    return rows @ pictures @ columns.T


@lru_cache(maxsize=16)
def _band(side: int) -> Tensor:
    """Return the (side, side) matrix that blurs a line of pixels."""
    reach = _WINDOW // 2
    steps = torch.arange(-reach, reach + 1)
    window = torch.exp(-(steps**2) / (2 * _SIGMA**2))
    at = (torch.arange(side)[:, None] + steps).abs()
    at = torch.where(at >= side, 2 * (side - 1) - at, at)
    return torch.zeros(side, side).scatter_add_(1, at, (window / window.sum()).expand(side, -1))

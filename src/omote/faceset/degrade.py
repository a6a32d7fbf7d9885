"""Poor pictures from good ones: blurred, of a lower resolution, compressed. Only what the encoder reads is degraded."""

from typing import NamedTuple

import torch
from torch import Tensor

from omote.faceset.jpeg import compressed

_SHARP = 0.05  # pixels: a Gaussian so narrow has no weight on its neighbours


class Wear(NamedTuple):
    """What each of B faces suffers.

    Attributes:
        blur: (B,) standard deviation of a Gaussian, in shares of the side; 0 is none.
        coarse: (B,) how many times lower the resolution was; 1 is none.
        quality: (B,) 1..100 of JPEG; 0 is none.
    """

    blur: Tensor
    coarse: Tensor
    quality: Tensor


def softened(rgb: Tensor, wear: Wear) -> Tensor:
    """Blur faces, bring them to a lower resolution and back.

    Both are sums over rows and over columns, so that one matrix a face does all.

    Args:
        rgb: (B, 3, S, S) 0..1.
        wear: of each face.
    """
    side = rgb.shape[-1]
    lines = (_coarse(wear.coarse, side) @ _gaussian(wear.blur * side, side))[:, None]
    touched = ((wear.blur > 0) | (wear.coarse > 1))[:, None, None, None]
    return torch.where(touched, lines @ rgb @ lines.transpose(2, 3), rgb)


def squeezed(rgb: Tensor, wear: Wear) -> Tensor:
    """Compress faces as JPEG does; (B, 3, S, S) 0..1."""
    return torch.where(wear.quality[:, None, None, None] > 0, compressed(rgb, wear.quality), rgb)


def _gaussian(sigma: Tensor, side: int) -> Tensor:
    """Return (B, S, S): the weight of each pixel of a line in each blurred one; beyond the ends there is nothing."""
    line = torch.arange(side, device=sigma.device)
    away = (line[:, None] - line) / sigma.clamp(min=_SHARP)[:, None, None]
    weight = (away.square() / -2).exp()
    return weight / weight.sum(2, keepdim=True)


def _coarse(factor: Tensor, side: int) -> Tensor:
    """Return (B, S, S): average a line over cells `factor` pixels wide, then interpolate between their middles."""
    width = factor[:, None, None]
    line = torch.arange(side, device=factor.device)
    begin = line[:, None] * width
    shared = ((begin + width).minimum(line + 1.0) - begin.maximum(line + 0.0)).clamp(min=0)
    cells = shared / shared.sum(2, keepdim=True).clamp(min=_SHARP)
    last = (side / width).ceil() - 1
    place = ((line[:, None] + 0.5) / width - 0.5).clamp(min=0).minimum(last)
    return (1 - (place - line).abs()).clamp(min=0) @ cells

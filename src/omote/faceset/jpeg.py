"""What JPEG does to a picture (ITU-T T.81): its blocks, rings and smeared colours, for a batch on its device."""

import math

import torch
from torch import Tensor
from torch.nn import functional

_BLOCK = 8
# Annex K.1 of T.81: quantisation of luma and chroma, which libjpeg scales by a quality of 1 to 100.
_LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *(((99,) * 8,) * 4),
)


def compressed(rgb: Tensor, quality: Tensor) -> Tensor:
    """Return pictures as they come out of a JPEG file with halved colour resolution (4:2:0).

    Args:
        rgb: (B, 3, H, W) 0..1.
        quality: (B,) 1..100 as libjpeg counts it.
    """
    height, width = rgb.shape[2:]
    unit = 2 * _BLOCK
    padded = functional.pad(rgb * 255, (0, -width % unit, 0, -height % unit), mode="replicate")
    red, green, blue = padded.unbind(1)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    chroma = torch.stack([(blue - luma) / 1.772, (red - luma) / 1.402], 1)
    luma = _quantised(luma[:, None] - 128, _table(_LUMA, quality))[:, 0] + 128
    small = _quantised(functional.avg_pool2d(chroma, 2), _table(_CHROMA, quality))
    chroma_b, chroma_r = functional.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False).unbind(1)
    red, blue = luma + 1.402 * chroma_r, luma + 1.772 * chroma_b
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    return (torch.stack([red, green, blue], 1)[:, :, :height, :width] / 255).clamp(0, 1)


def _table(table: tuple[tuple[int, ...], ...], quality: Tensor) -> Tensor:
    """Return (B, 1, 1, 8, 1, 8) steps of quantisation at (B,) qualities."""
    scale = torch.where(quality < 50, 5000 / quality.clamp(min=1), 200 - 2 * quality)[:, None, None]
    base = torch.tensor(table, dtype=torch.float32).to(quality.device, non_blocking=True)
    steps = ((base * scale + 50) / 100).floor().clamp(1, 255)
    return steps[:, None, None, :, None, :]


def _quantised(planes: Tensor, steps: Tensor) -> Tensor:
    """Round the cosine transform of every 8 × 8 block of (B, C, H, W) planes to multiples of the steps."""
    count, channels, height, width = planes.shape
    blocks = planes.reshape(count, channels, height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    basis = _basis(planes.device)
    waves = torch.einsum("ij,bchjwk,lk->bchiwl", basis, blocks, basis)
    rounded = (waves / steps).round() * steps
    return torch.einsum("ij,bchiwl,lk->bchjwk", basis, rounded, basis).reshape(planes.shape)


def _basis(device: torch.device) -> Tensor:
    """Return the orthonormal (8, 8) cosine transform: a wave a row."""
    step = torch.arange(_BLOCK, device=device)
    waves = torch.cos((2 * step[None] + 1) * step[:, None] * (math.pi / (2 * _BLOCK))) * math.sqrt(2 / _BLOCK)
    return torch.where(step[:, None] == 0, math.sqrt(1 / _BLOCK), waves)

"""Contrast-limited adaptive histogram equalisation (Zuiderveld 1994, Graphics Gems IV) of a batch on its device."""

from typing import NamedTuple

import torch
from torch import Tensor

_LEVELS = 256
_CLIP = 2.0  # how many times the mean a histogram's bar may be


class Contrast(NamedTuple):
    """Whether and how finely the local contrast of each of B faces is raised.

    Attributes:
        chosen: (B,) 1 for faces whose contrast is raised, else 0.
        step: (B,) whole numbers from 0: how many steps finer than the coarsest its tiles are.
    """

    chosen: Tensor
    step: Tensor


def equalised(lightness: Tensor, contrast: Contrast, most: int) -> Tensor:
    """Raise the local contrast of the chosen faces.

    A face has `base + step * (base // 2)` tiles a side, base = max(2, S // 128). Tiles need not be whole pixels wide;
    each face has its own grid.

    Args:
        lightness: (B, S, S) LAB's L, 0..100.
        contrast: of each face.
        most: largest step.

    Returns:
        (B, S, S) 0..100.
    """
    side = lightness.shape[-1]
    base = max(2, side // 128)
    largest = base + most * (base // 2)
    grid = (base + contrast.step * (base // 2))[:, None]
    at = (torch.arange(side, device=lightness.device) + 0.5) / side * grid
    level = (lightness * ((_LEVELS - 1) / 100)).round().clamp(0, _LEVELS - 1).int()
    curves = _curves(level, at.floor().int(), largest)
    raised = _blended(level, curves, at - 0.5, grid - 1, largest) * (100 / (_LEVELS - 1))
    return torch.where(contrast.chosen[:, None, None] > 0, raised, lightness)


def _curves(level: Tensor, tile: Tensor, largest: int) -> Tensor:
    """Return (B · largest² · 256,): the new level of each level in each tile.

    Args:
        level: (B, S, S) int32, 0..255.
        tile: (B, S) int32, the tile of each row, and of each column.
        largest: tiles a side of the finest grid.
    """
    count = len(level)
    index = _index(tile, tile, largest) + level
    bars = torch.zeros(count * largest**2 * _LEVELS, device=level.device)
    # Sums of ones are exact in any order: the same histogram on every device.
    bars.scatter_add_(0, index.flatten().long(), torch.ones(1, device=level.device).expand(index.numel()))
    bars = bars.view(-1, _LEVELS)
    pixels = bars.sum(1, keepdim=True).clamp(min=1)
    limit = (pixels * (_CLIP / _LEVELS)).floor().clamp(min=1)
    clipped = bars.minimum(limit)
    spread = (pixels - clipped.sum(1, keepdim=True)) / _LEVELS
    return ((clipped + spread).cumsum(1) * ((_LEVELS - 1) / pixels)).flatten()


def _blended(level: Tensor, curves: Tensor, at: Tensor, last: Tensor, largest: int) -> Tensor:
    """Look levels up in the curves of the four nearest tiles and blend.

    Args:
        level: (B, S, S) int32.
        curves: as from `_curves`.
        at: (B, S) place of each row, and of each column, in tiles from the first tile's middle.
        last: (B, 1) the last tile of a row.
        largest: tiles a side of the finest grid.
    """
    at = at.clamp(min=0).minimum(last)
    low = at.floor()
    high = (low + 1).minimum(last)
    part = at - low
    near, far = low.int(), high.int()

    def look(rows: Tensor, columns: Tensor) -> Tensor:
        return curves.index_select(0, (_index(rows, columns, largest) + level).flatten()).view(level.shape)

    across, down = part[:, None, :], part[:, :, None]
    above = torch.lerp(look(near, near), look(near, far), across)
    below = torch.lerp(look(far, near), look(far, far), across)
    return torch.lerp(above, below, down)


def _index(rows: Tensor, columns: Tensor, largest: int) -> Tensor:
    """Return (B, S, S) int32: where in all curves the one of a tile begins."""
    face = torch.arange(len(rows), device=rows.device, dtype=torch.int32)[:, None] * largest
    return ((face + rows)[:, :, None] * largest + columns[:, None, :]) * _LEVELS

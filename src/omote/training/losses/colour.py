"""Colour spaces in which differences are what people see, from RGB with sRGB's primaries and curve.

Three-channel maps go by sums and not by matrix products, which a GPU may round to ten bits.
"""

import numpy as np
import torch
from torch import Tensor

_CURVE_START = 0.04045
_LAB_STEP = 6 / 29
_Matrix = tuple[tuple[float, float, float], ...]
_RGB_TO_XYZ = (  # IEC 61966-2-1, each row divided by its sum, so that white is (1, 1, 1)
    (0.4124564 / 0.9504700, 0.3575761 / 0.9504700, 0.1804375 / 0.9504700),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339 / 1.0888300, 0.1191920 / 1.0888300, 0.9503041 / 1.0888300),
)
_XYZ_TO_RGB: _Matrix = tuple(map(tuple, np.linalg.inv(_RGB_TO_XYZ).tolist()))


def linear(rgb: Tensor) -> Tensor:
    """Undo sRGB's curve: (B, 3, H, W), 0..1 to 0..1."""
    above = ((rgb.clamp_min(_CURVE_START) + 0.055) / 1.055) ** 2.4
    return torch.where(rgb > _CURVE_START, above, rgb / 12.92)


def xyz(light: Tensor) -> Tensor:
    """Turn linear RGB into XYZ, in which white is (1, 1, 1)."""
    return _mixed(light, _RGB_TO_XYZ)


def rgb_of(light: Tensor) -> Tensor:
    """Turn XYZ, in which white is (1, 1, 1), into linear RGB."""
    return _mixed(light, _XYZ_TO_RGB)


def opponent(light: Tensor) -> Tensor:
    """Turn XYZ into YCxCz, a linear sort of LAB (Flohr et al. 1993): Y from -16 to 100 and two differences."""
    x, y, z = light.chunk(3, 1)
    return torch.cat([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def xyz_of(ycxcz: Tensor) -> Tensor:
    """Turn YCxCz into XYZ."""
    light, first, second = ycxcz.chunk(3, 1)
    y = (light + 16) / 116
    return torch.cat([y + first / 500, y, y - second / 200], 1)


def lab(light: Tensor) -> Tensor:
    """Turn XYZ of 0 and more into CIE LAB."""
    root = light.clamp_min(_LAB_STEP**3) ** (1 / 3)
    return opponent(torch.where(light > _LAB_STEP**3, root, light / (3 * _LAB_STEP**2) + 4 / 29))


def _mixed(channels: Tensor, matrix: _Matrix) -> Tensor:
    first, second, third = channels.chunk(3, 1)
    return torch.cat([first * a + second * b + third * c for a, b, c in matrix], 1)

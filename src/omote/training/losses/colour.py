"""Colour spaces in which differences are what people see, from RGB with sRGB's primaries and curve.

Three-channel maps go by sums and not by matrix products, which a GPU may round to ten bits.
"""

import numpy as np
import torch
from torch import Tensor

_CURVE_START = 0.04045
_LAB_STEP = 6 / 29
_RGB_TO_XYZ = np.array([  # IEC 61966-2-1
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])  # fmt: skip
_TO_XYZ = _RGB_TO_XYZ / _RGB_TO_XYZ.sum(1, keepdims=True)
_TO_OPPONENT = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_BLACK = np.array([-16.0, 0.0, 0.0])


def linear(rgb: Tensor) -> Tensor:
    """Undo sRGB's curve: (B, 3, H, W), 0..1 to 0..1."""
    above = ((rgb.clamp_min(_CURVE_START) + 0.055) / 1.055) ** 2.4
    return torch.where(rgb > _CURVE_START, above, rgb / 12.92)


def xyz(light: Tensor) -> Tensor:
    """Turn linear RGB into XYZ, in which white is (1, 1, 1)."""
    return _mixed(light, _TO_XYZ)


def rgb_of(light: Tensor) -> Tensor:
    """Turn XYZ, in which white is (1, 1, 1), into linear RGB."""
    return _mixed(light, np.linalg.inv(_TO_XYZ))


def opponent(light: Tensor) -> Tensor:
    """Turn XYZ into YCxCz, a linear sort of LAB (Flohr et al. 1993): Y from -16 to 100 and two differences."""
    return _mixed(light, _TO_OPPONENT, _BLACK)


def xyz_of(ycxcz: Tensor) -> Tensor:
    """Turn YCxCz into XYZ."""
    back = np.linalg.inv(_TO_OPPONENT)
    return _mixed(ycxcz, back, -back @ _BLACK)


def lab(light: Tensor) -> Tensor:
    """Turn XYZ of 0 and more into CIE LAB."""
    root = light.clamp_min(_LAB_STEP**3) ** (1 / 3)
    curved = torch.where(light > _LAB_STEP**3, root, light / (3 * _LAB_STEP**2) + 4 / 29)
    return _mixed(curved, _TO_OPPONENT, _BLACK)


def _mixed(
    channels: Tensor,
    matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    shift: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None,
) -> Tensor:
    first, second, third = channels.chunk(3, 1)
    rows = [first * a + second * b + third * c for a, b, c in matrix.tolist()]
    if shift is not None:
        rows = [row + by for row, by in zip(rows, shift.tolist(), strict=True)]
    return torch.cat(rows, 1)

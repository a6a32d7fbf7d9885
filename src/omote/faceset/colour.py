"""CIE LAB on the device, and the jitter of faces' lightness and colour in it.

Plain multiplications and additions of planes: no matrix products, which a GPU may round to TF32's ten bits.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

# sRGB (IEC 61966-2-1) to XYZ over the white D65, and back.
_TO_XYZ = ((0.412453, 0.357580, 0.180423), (0.212671, 0.715160, 0.072169), (0.019334, 0.119193, 0.950227))
_TO_RGB = (
    (3.2404813432, -1.5371515163, -0.4985363262),
    (-0.9692549500, 1.8759900015, 0.0415559266),
    (0.0556466391, -0.2040413384, 1.0573110696),
)
_WHITE = (0.950456, 1.0, 1.088754)
_KNEE = 6 / 29  # CIE 15: below this cube root the curve is straight
_SLOPE = 3 * _KNEE**2
_DARK = 0.0031308  # sRGB: below this the curve is straight


class Tint(NamedTuple):
    """How the colours of each of B faces are changed.

    Attributes:
        light: (B,) -1..1: share of the way to black below 0, to white above.
        shift: (B, 2) what is added to LAB's a and b.
    """

    light: Tensor
    shift: Tensor


def tinted(lab: Tensor, tint: Tint) -> Tensor:
    """Return (B, 3, S, S) LAB, lightened or darkened and with its two colour axes moved, a face at a time."""
    light = tint.light[:, None, None]
    # To white: L + (100 - L) r; to black: L + L r.
    lightness = lab[:, 0] * (1 - light.abs()) + 100 * light.clamp(min=0)
    return torch.cat([lightness[:, None], lab[:, 1:] + tint.shift[:, :, None, None]], 1)


def lab_of(rgb: Tensor) -> Tensor:
    """Convert (B, 3, S, S) uint8 sRGB to float32 CIE LAB (CIE 15): L 0..100, a and b about -110..110."""
    value = torch.arange(256, device=rgb.device) / 255
    table = torch.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = table.index_select(0, rgb.reshape(-1).int()).view(rgb.shape)
    xyz = torch.stack([_mix(linear, row, 1 / white) for row, white in zip(_TO_XYZ, _WHITE, strict=True)])
    knee = _KNEE**3
    x, y, z = _power(xyz.clamp(min=knee), 1 / 3).add_(_below(xyz, knee), alpha=1 / _SLOPE)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def rgb_of(lab: Tensor) -> Tensor:
    """Convert (B, 3, S, S) CIE LAB to sRGB; colours that no screen shows are clipped to 0..1."""
    y = (lab[:, 0] + 16) / 116
    roots = torch.stack([y + lab[:, 1] / 500, y, y - lab[:, 2] / 200], 1)
    xyz = roots.clamp(min=_KNEE).pow_(3).add_(_below(roots, _KNEE), alpha=_SLOPE)
    weights = (tuple(weight * white for weight, white in zip(row, _WHITE, strict=True)) for row in _TO_RGB)
    linear = torch.stack([_mix(xyz, row) for row in weights], 1)
    bright = _power(linear.clamp(min=_DARK), 1 / 2.4).mul_(1.055).sub_(0.055)
    return bright.add_(_below(linear, _DARK), alpha=12.92).clamp_(0, 1)


def _power(value: Tensor, power: float) -> Tensor:
    """Return a power of what is above 0, in half of `pow`'s time; `value` is used up."""
    return value.log2_().mul_(power).exp2_()


def _below(value: Tensor, knee: float) -> Tensor:
    """Return by how much values lie below a knee, else 0.

    Added to a power that is held at its knee, it makes each curve's straight part without a choice a pixel.
    """
    return (value - knee).clamp_(max=0)


def _mix(planes: Tensor, weights: Sequence[float], scale: float = 1.0) -> Tensor:
    """Return (B, S, S): the weighted sum of (B, 3, S, S) planes."""
    mixed = planes[:, 0] * (weights[0] * scale)
    for index in (1, 2):
        mixed.add_(planes[:, index], alpha=weights[index] * scale)
    return mixed

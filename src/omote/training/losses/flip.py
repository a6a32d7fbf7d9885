"""LDR-FLIP (Andersson et al. 2020): what people see when they flip between two pictures."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from omote.training.losses.colour import lab, linear, opponent, rgb_of, xyz, xyz_of
from omote.training.losses.windows import Window, filtered

_PIXELS_PER_DEGREE = 0.7 * (3840 / 0.7) * math.pi / 180
"""On a 4K screen of 0.7 m, seen from 0.7 m."""
# Contrast sensitivity by channel: amplitudes and widths (degrees²) of sums of bells.
_SENSITIVITY = (((1.0, 0.0047),), ((1.0, 0.0053),), ((34.1, 0.04), (13.5, 0.025)))
_WIDEST = 0.04
_COLOUR_POWER, _FEATURE_POWER = 0.7, 0.5
_KNEE_FROM, _KNEE_TO = 0.4, 0.95
_FEATURE_DEGREES = 0.082
# Below these, powers of less than 1 go on as straight lines: at 0 their slopes are infinite.
_LEAST_COLOUR, _LEAST_FEATURE, _LEAST_ERROR = 1e-2, 1e-3, 1e-3
_TINY = 1e-12


def flip(made: Tensor, true: Tensor) -> Tensor:
    """Return the (B, 1, H, W) map of seen differences, 0 to 1, of two (B, 3, H, W) sRGB pictures of 0..1.

    It is the published one but where a difference is too small to be seen, which keeps its slopes finite.
    """
    first, second = opponent(xyz(linear(made))), opponent(xyz(linear(true)))
    colour = _squeezed(_hyab(_as_seen(first), _as_seen(second)))
    features = _feature_difference(first[:, :1], second[:, :1])
    return _power(colour, 1 - features, _LEAST_ERROR)


def _as_seen(ycxcz: Tensor) -> Tensor:
    """Blur each channel as far as the eye does, and return LAB with colours that fade in the dark (Hunt's effect)."""
    channels = zip(ycxcz.chunk(3, 1), _blurs(), strict=True)
    blurred = torch.cat([_blurred(channel, bells) for channel, bells in channels], 1)
    return _hunt(lab(xyz(rgb_of(xyz_of(blurred)).clamp(0, 1))))


def _blurred(channel: Tensor, bells: tuple[tuple[float, Window], ...]) -> Tensor:
    parts = [share * filtered(channel, bell, bell, "replicate") for share, bell in bells]
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def _hunt(colours: Tensor) -> Tensor:
    light = colours[:, :1]
    return torch.cat([light, 0.01 * light * colours[:, 1:]], 1)


def _hyab(first: Tensor, second: Tensor) -> Tensor:
    """Return city-block distance in light plus straight distance in colour, to the power that FLIP gives it."""
    apart = first - second
    distance = apart[:, :1].abs() + (apart[:, 1:].square().sum(1, keepdim=True) + _TINY).sqrt() - _TINY**0.5
    return _power(distance, _COLOUR_POWER, _LEAST_COLOUR)


def _squeezed(distance: Tensor) -> Tensor:
    """Bring distances to 0..1: small ones take nearly all of the range."""
    most = _largest_distance()
    knee = _KNEE_FROM * most
    above = _KNEE_TO + (distance - knee) / (most - knee) * (1 - _KNEE_TO)
    return torch.where(distance < knee, _KNEE_TO / knee * distance, above)


def _feature_difference(first: Tensor, second: Tensor) -> Tensor:
    windows = _features()
    edges, points = (
        (_strength(first, slope, windows.bell) - _strength(second, slope, windows.bell)).abs()
        for slope in (windows.edge, windows.point)
    )
    return _power(torch.maximum(edges, points) / math.sqrt(2), _FEATURE_POWER, _LEAST_FEATURE)


def _strength(light: Tensor, slope: Window, bell: Window) -> Tensor:
    normal = (light + 16) / 116
    down, across = (filtered(normal, *pair, "replicate") for pair in ((slope, bell), (bell, slope)))
    return (down.square() + across.square() + _TINY).sqrt()


def _power(base: Tensor, exponent: float | Tensor, least: float) -> Tensor:
    return base * base.clamp_min(least) ** (exponent - 1)


@cache
def _blurs() -> tuple[tuple[tuple[float, Window], ...], ...]:
    """Return for each channel its bells, each with its share."""
    reach = math.ceil(3 * math.sqrt(_WIDEST / (2 * math.pi**2)) * _PIXELS_PER_DEGREE)
    degrees = np.arange(-reach, reach + 1) / _PIXELS_PER_DEGREE
    blurs = []
    for bells in _SENSITIVITY:
        lines = [np.exp(-(math.pi**2) * degrees**2 / width) for _, width in bells]
        heights = [amplitude * math.sqrt(math.pi / width) for amplitude, width in bells]
        volumes = [height * line.sum() ** 2 for height, line in zip(heights, lines, strict=True)]
        shares = [float(volume / sum(volumes)) for volume in volumes]
        windows = [tuple((line / line.sum()).tolist()) for line in lines]
        blurs.append(tuple(zip(shares, windows, strict=True)))
    return tuple(blurs)


class _Features(NamedTuple):
    """Windows that find features: first and second slope of a bell, and the bell across them."""

    edge: Window
    point: Window
    bell: Window


@cache
def _features() -> _Features:
    spread = 0.5 * _FEATURE_DEGREES * _PIXELS_PER_DEGREE
    at = np.arange(-math.ceil(3 * spread), math.ceil(3 * spread) + 1)
    bell = np.exp(-(at**2) / (2 * spread**2))
    slopes = (-at * bell, (at**2 / spread**2 - 1) * bell)
    edge, point = (
        np.where(slope < 0, slope / -slope[slope < 0].sum(), slope / slope[slope > 0].sum()) for slope in slopes
    )
    return _Features(*(tuple(window.tolist()) for window in (edge, point, bell / bell.sum())))


@cache
def _largest_distance() -> float:
    """Return the distance of the colours that are furthest apart, green and blue."""
    ends = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)[:, :, None, None]
    green, blue = _hunt(lab(xyz(ends))).chunk(2)
    return float(_hyab(green, blue))

"""LDR-FLIP (Andersson et al. 2020): what people see when they flip between two pictures."""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from omote.training.losses.colour import lab, linear, opponent, rgb_of, xyz, xyz_of
from omote.training.losses.term import Term, mean_error
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
_LEAST_COLOUR, _LEAST_FEATURE, _LEAST_ERROR = 1e-2, 1e-4, 1e-3
_TINY = 1e-12

Bells = tuple[tuple[float, Window], ...]
"""A blur that is a sum of bells: the share of each, and its window."""


class Features(NamedTuple):
    """Windows that find features: first and second slope of a bell, and the bell across them."""

    edge: Window
    point: Window
    bell: Window


class Flip(Term):
    """The mean over all pixels of the seen difference × weight.

    It is the published measure, but where a difference is too small to be seen its slope is kept finite.
    """

    def __init__(self) -> None:
        super().__init__()
        self._blurs = tuple(_bells(sensitivity) for sensitivity in _SENSITIVITY)
        self._features = _features()
        self._largest = _largest_distance()

    def forward(self, made: Tensor, true: Tensor, weight: Tensor) -> Tensor:
        """Return (B,); arguments as for every `Term`."""
        return mean_error(self.seen(made, true), weight)

    def seen(self, first: Tensor, second: Tensor) -> Tensor:
        """Return the (B, 1, H, W) map of seen differences, 0 to 1, of two (B, 3, H, W) sRGB pictures of 0..1."""
        one, other = opponent(xyz(linear(first))), opponent(xyz(linear(second)))
        colour = _squeezed(_distance(self._as_seen(one), self._as_seen(other)), self._largest)
        return _power(colour, 1 - self._feature_difference(one[:, :1], other[:, :1]), _LEAST_ERROR)

    def _as_seen(self, ycxcz: Tensor) -> Tensor:
        """Blur each channel as far as the eye does, and return LAB with colours that fade in the dark."""
        channels = zip(ycxcz.chunk(3, 1), self._blurs, strict=True)
        blurred = torch.cat([_blurred(channel, bells) for channel, bells in channels], 1)
        return _hunt(lab(xyz(rgb_of(xyz_of(blurred)).clamp(0, 1))))

    def _feature_difference(self, first: Tensor, second: Tensor) -> Tensor:
        bell = self._features.bell
        edges, points = (
            (_strength(first, slope, bell) - _strength(second, slope, bell)).abs()
            for slope in (self._features.edge, self._features.point)
        )
        return _power(torch.maximum(edges, points) / math.sqrt(2), _FEATURE_POWER, _LEAST_FEATURE)


def _blurred(channel: Tensor, bells: Bells) -> Tensor:
    first, *more = (share * filtered(channel, bell, bell, "replicate") for share, bell in bells)
    return sum(more, first)


def _hunt(colours: Tensor) -> Tensor:
    """Let colours fade in the dark (Hunt's effect)."""
    light = colours[:, :1]
    return torch.cat([light, 0.01 * light * colours[:, 1:]], 1)


def _distance(first: Tensor, second: Tensor) -> Tensor:
    """Return HyAB, city-block distance in light plus straight distance in colour, to the power FLIP gives it."""
    apart = first - second
    hyab = apart[:, :1].abs() + (apart[:, 1:].square().sum(1, keepdim=True) + _TINY).sqrt() - _TINY**0.5
    return _power(hyab, _COLOUR_POWER, _LEAST_COLOUR)


def _squeezed(distance: Tensor, largest: float) -> Tensor:
    """Bring distances to 0..1: small ones take nearly all of the range."""
    knee = _KNEE_FROM * largest
    above = _KNEE_TO + (distance - knee) / (largest - knee) * (1 - _KNEE_TO)
    return torch.where(distance < knee, _KNEE_TO / knee * distance, above)


def _strength(light: Tensor, slope: Window, bell: Window) -> Tensor:
    normal = (light + 16) / 116
    down, across = (filtered(normal, *pair, "replicate") for pair in ((slope, bell), (bell, slope)))
    return (down.square() + across.square() + _TINY).sqrt()


def _power(base: Tensor, exponent: float | Tensor, least: float) -> Tensor:
    return base * base.clamp_min(least) ** (exponent - 1)


def _bells(sensitivity: tuple[tuple[float, float], ...]) -> Bells:
    reach = math.ceil(3 * math.sqrt(_WIDEST / (2 * math.pi**2)) * _PIXELS_PER_DEGREE)
    degrees = np.arange(-reach, reach + 1) / _PIXELS_PER_DEGREE
    lines = [np.exp(-(math.pi**2) * degrees**2 / width) for _, width in sensitivity]
    heights = [amplitude * math.sqrt(math.pi / width) for amplitude, width in sensitivity]
    volumes = [height * float(line.sum()) ** 2 for height, line in zip(heights, lines, strict=True)]
    windows = (tuple((line / line.sum()).tolist()) for line in lines)
    return tuple((volume / sum(volumes), window) for volume, window in zip(volumes, windows, strict=True))


def _features() -> Features:
    spread = 0.5 * _FEATURE_DEGREES * _PIXELS_PER_DEGREE
    at = np.arange(-math.ceil(3 * spread), math.ceil(3 * spread) + 1)
    bell = np.exp(-(at**2) / (2 * spread**2))
    # What is above and what is below 0 each sum to 1: flat pictures have no features, and the steepest have 1.
    edge, point = (
        np.where(slope < 0, slope / -slope[slope < 0].sum(), slope / slope[slope > 0].sum())
        for slope in (-at * bell, (at**2 / spread**2 - 1) * bell)
    )
    return Features(*(tuple(window.tolist()) for window in (edge, point, bell / bell.sum())))


def _largest_distance() -> float:
    """Return the distance of the colours that are furthest apart, green and blue."""
    ends = torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)[:, :, None, None]
    green, blue = _hunt(lab(xyz(ends))).chunk(2)
    return float(_distance(green, blue))

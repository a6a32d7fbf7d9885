"""Things before the face: ellipses, bars and hands with soft edges and a texture, over what the encoder reads."""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

PATCHES = 6
"""Nodes a side of a texture."""
_ROUGH = 0.2  # how far a texture strays from its colour
_HAND_ROUGH = 0.25  # of that, on a hand
_LONG = 4.0  # how many times longer than an ellipse a bar is
# A hand two palms wide: (from x, from y, to x, to y, half its width) of the palm, four fingers, the thumb, the wrist.
_HAND = (
    (0.0, -0.1, 0.0, 0.2, 0.48),
    (-0.36, -0.3, -0.52, -1.1, 0.13),
    (-0.13, -0.4, -0.17, -1.35, 0.14),
    (0.11, -0.4, 0.17, -1.3, 0.14),
    (0.34, -0.3, 0.5, -1.05, 0.12),
    (0.35, 0.2, 0.95, -0.35, 0.14),
    (0.0, 0.2, 0.0, 1.6, 0.34),
)
_HAND_AREA = 2.8  # of that shape


class Occluder(NamedTuple):
    """What lies before each of B faces.

    Attributes:
        chosen: (B,) 1 for faces that have something before them, else 0.
        kind: (B,) 0 ellipse, 1 bar, 2 hand.
        middle: (B, 2) x and y of its middle; what is seen runs from -1 to 1.
        area: (B,) share of what is seen that it covers, where all of it lies inside.
        aspect: (B,) length over width of an ellipse; of a bar over four.
        turn: (B,) radians.
        edge: (B,) width of its soft edge, in the units of `middle`.
        paint: (B, 3) its colour, 0..1; of a hand, how much brighter than the face it is, 0.5 being as bright.
        texture: (B, 3, 6, 6) -1..1.
    """

    chosen: Tensor
    kind: Tensor
    middle: Tensor
    area: Tensor
    aspect: Tensor
    turn: Tensor
    edge: Tensor
    paint: Tensor
    texture: Tensor


def occluded(rgb: Tensor, occluder: Occluder) -> Tensor:
    """Paint the occluders over (B, 3, S, S) faces, 0..1."""
    cover = _cover(occluder, rgb.shape[-1])[:, None]
    return torch.lerp(rgb, _look(rgb, occluder), cover)


def _cover(occluder: Occluder, side: int) -> Tensor:
    """Return (B, S, S) 0..1: how much of each pixel is covered."""
    line = (torch.arange(side, device=occluder.kind.device) + 0.5) * (2 / side) - 1
    x, y = line[None, None, :] - occluder.middle[:, :1, None], line[None, :, None] - occluder.middle[:, 1:, None]
    one = (slice(None), None, None)
    cos, sin = occluder.turn.cos()[one], occluder.turn.sin()[one]
    along, across = cos * x + sin * y, cos * y - sin * x
    area, aspect, kind = 4 * occluder.area[one], occluder.aspect[one], occluder.kind[one]
    inside = torch.where(
        kind == 0,
        _ellipse(along, across, area, aspect),
        torch.where(kind == 1, _bar(along, across, area, _LONG * aspect), _hand(along, across, area)),
    )
    soft = (inside / occluder.edge[one] + 0.5).clamp(0, 1)
    # Smooth at both ends (Hermite's cubic).
    return soft.square() * (3 - 2 * soft) * occluder.chosen[one]


def _ellipse(x: Tensor, y: Tensor, area: Tensor, aspect: Tensor) -> Tensor:
    """Return about how deep inside the shape a point lies, below 0 outside. So do the two below."""
    long, short = (area * aspect / math.pi).sqrt(), (area / aspect / math.pi).sqrt()
    return (1 - torch.hypot(x / long, y / short)) * short


def _bar(x: Tensor, y: Tensor, area: Tensor, aspect: Tensor) -> Tensor:
    long, short = (area * aspect).sqrt() / 2, (area / aspect).sqrt() / 2
    return (long - x.abs()).minimum(short - y.abs())


def _hand(x: Tensor, y: Tensor, area: Tensor) -> Tensor:
    scale = (area / _HAND_AREA).sqrt()
    x, y = x / scale, y / scale
    inside = torch.full_like(x, -math.inf)
    for from_x, from_y, to_x, to_y, radius in _HAND:
        way_x, way_y = to_x - from_x, to_y - from_y
        part = (((x - from_x) * way_x + (y - from_y) * way_y) / (way_x**2 + way_y**2)).clamp(0, 1)
        away = torch.hypot(x - from_x - part * way_x, y - from_y - part * way_y)
        inside = inside.maximum(radius - away)
    return inside * scale


def _look(rgb: Tensor, occluder: Occluder) -> Tensor:
    """Return (B, 3, S, S): the occluders' colours, 0..1. A hand has about the colour of the face's middle."""
    side = rgb.shape[-1]
    middle = rgb[:, :, side // 4 : side - side // 4, side // 4 : side - side // 4].mean((2, 3))
    hand = (occluder.kind == 2)[:, None]
    paint = torch.where(hand, middle * (0.5 + occluder.paint.mean(1, keepdim=True)), occluder.paint)
    rough = torch.where(hand, _ROUGH * _HAND_ROUGH, _ROUGH)[:, :, None, None]
    texture = functional.interpolate(occluder.texture, (side, side), mode="bicubic", align_corners=True)
    return (paint[:, :, None, None] + rough * texture).clamp(0, 1)

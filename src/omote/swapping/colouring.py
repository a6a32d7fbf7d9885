"""The made face in the plate's colours: measured in the crop's square, evened out over time, then changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.balance import balanced
from omote.imaging.blending import unit
from omote.imaging.colour import find_lab, find_mean, match_lab, match_mean
from omote.imaging.crops import corners
from omote.imaging.geometry import inverse, resize, transform, warp
from omote.imaging.histogram import find_levels, match_levels
from omote.imaging.membrane import find_membrane, lay_membrane
from omote.imaging.transport import find_transport, transport
from omote.swapping.config import BalanceConfig, CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.steady import Memory

_LARGEST = 128  # pixels a side at which colours are compared


@dataclass(frozen=True, slots=True)
class Match:
    """A way to match colours.

    Attributes:
        find: what makes the first picture's colours those of the second, where the weight lies: the means of both,
            which are followed at once, and the rest, which is evened out over time.
        make: a picture so changed.
    """

    find: Callable[[Floats, Floats, Floats], tuple[Floats, Floats]]
    make: Callable[[Floats, Floats, Floats], Floats]


MATCHES = {
    "mean": Match(find_mean, match_mean),
    "lab": Match(find_lab, match_lab),
    "mkl": Match(find_transport, transport),
    "histogram": Match(find_levels, match_levels),
    "seamless": Match(find_membrane, lay_membrane),
}


def coloured(
    frame: npt.NDArray[Any], placement: Placement, face: Floats, mask: Floats, config: CompositeConfig, memory: Memory
) -> Floats:
    """Return a made face in the plate's colours.

    Args:
        frame: (H, W, 3) uint8 or uint16, the plate.
        placement: of the face.
        face: (S, S, 3) 0..1, what the network made.
        mask: (M, M) 0..1 in the crop's square.
        config: which match, and by how much it is evened out.
        memory: of the face's track.
    """
    if config.colour != "none":
        match, side = MATCHES[config.colour], min(len(face), _LARGEST)
        small = face if len(face) == side else resize(face, side, side)
        weight = resize(mask, side, side) * _in_frame(placement, side, frame.shape[1], frame.shape[0])
        plate = unit(warp(frame, placement.matrix * (side / placement.size), side, side))
        means, rest = match.find(small, plate, weight)
        face = match.make(face, means, memory.steadied(config.colour, rest, placement.frame, config.steady_colour))
    return face if config.balance == BalanceConfig() else _balanced(face, config.balance)


def _in_frame(placement: Placement, side: int, width: int, height: int) -> npt.NDArray[np.bool_] | np.float32:
    """Return which (side, side) pixels of the crop's square show the frame; 1 where all do."""
    edges = corners(placement.matrix, placement.size)
    if (edges >= 0).all() and (edges <= (width, height)).all():
        return np.float32(1)
    middles = np.stack(np.meshgrid(*[np.arange(side) + 0.5] * 2), -1).reshape(-1, 2)
    at = transform(middles, inverse(placement.matrix * (side / placement.size)))
    return np.asarray(((at >= 0) & (at <= (width, height))).all(1).reshape(side, side), np.bool_)


def _balanced(face: Floats, by: BalanceConfig) -> Floats:
    gains = (1 + by.red / 100, 1 + by.green / 100, 1 + by.blue / 100)
    return balanced(face, gains, 1 + by.contrast / 100, by.brightness / 100, 1 + by.gamma / 100)

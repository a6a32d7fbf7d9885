"""A made face into its frame. Only the part of the frame that the face's mask covers is computed and written."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Region
from omote.imaging.blending import blend, blend_light, region_around
from omote.imaging.geometry import Matrix, compose, inverse, shifted, transform, warp
from omote.swapping.colouring import coloured
from omote.swapping.config import CompositeConfig
from omote.swapping.finish import finished, reach
from omote.swapping.matte import SIDE, matte
from omote.swapping.plan import Placement
from omote.swapping.steady import Memory
from omote.swapping.swap import Swapped

_NOWHERE = Region(0, 0, 0, 0)
_AROUND = 2  # pixels of the mask's square that enlarging it may soften its edge by


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A face in the square of its crop, in the plate's colours. `placement.matrix`, scaled, leads there from the frame.

    Attributes:
        face: (S, S, 3) RGB, 0 to 1.
        mask: (256, 256) 0 to 1.
    """

    face: Floats
    mask: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A face as it lies over its frame: the frame shows plate · (1 - mask) + face · mask.

    Attributes:
        region: the part of the frame that it touches; empty when the face lies outside.
        face: (h, w, 3) RGB, 0 to 1.
        mask: (h, w) 0 to 1.
    """

    region: Region
    face: Floats
    mask: Floats


def fitted(
    frame: npt.NDArray[Any], placement: Placement, swapped: Swapped, config: CompositeConfig,
    memory: Memory | None = None,
) -> Fitted:  # fmt: skip
    """Fit a face and its mask to the plate, in the crop's own square; see `composite` for the arguments."""
    memory = memory or Memory()
    mask = matte(placement, swapped.mask, config)
    mask = memory.steadied("mask", mask, placement.frame, config.steady_mask)
    return Fitted(coloured(frame, placement, swapped.face, mask, config, memory), mask)


def layer(
    frame: npt.NDArray[Any], placement: Placement, swapped: Swapped, config: CompositeConfig,
    memory: Memory | None = None,
) -> Layer:  # fmt: skip
    """Return what is to lie over a frame, which stays as it is; see `composite` for the arguments."""
    memory = memory or Memory()
    made = fitted(frame, placement, swapped, config, memory)
    region = _covered(made.mask, placement).within(frame.shape[1], frame.shape[0])
    if not region.width or not region.height:
        return Layer(_NOWHERE, np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.float32))
    mask = warp(made.mask, _onto(region, placement, SIDE), region.width, region.height, border=0).clip(0, 1)
    more = reach(placement, config)
    wide = Region(region.left - more, region.top - more, region.right + more, region.bottom + more)
    face = warp(made.face, _onto(wide, placement, len(made.face)), wide.width, wide.height).clip(0, 1)
    part = region.seen_from(wide)
    return Layer(region, finished(face, part, region.of(frame), mask, placement, config, memory), mask)


def composite(
    frame: npt.NDArray[Any], placement: Placement, swapped: Swapped, config: CompositeConfig,
    memory: Memory | None = None,
) -> Region:  # fmt: skip
    """Set a face into a frame, in place.

    Args:
        frame: (H, W, 3) uint8 or uint16, changed inside the returned region only.
        placement: where the face goes.
        swapped: the face; its size may differ from the crop's.
        config: colour, mask and touches.
        memory: of the face's track; frames must come in their order. None: no other frame is thought of.

    Returns:
        The region that may have changed; empty when the face lies outside the frame.

    Raises:
        SettingError: a mask is asked for that this face does not have.
    """
    made = layer(frame, placement, swapped, config, memory)
    lay(frame, made, config)
    return made.region


def lay(frame: npt.NDArray[Any], made: Layer, config: CompositeConfig) -> None:
    """Blend a layer into a frame of uint8 or uint16, in place."""
    plate = made.region.of(frame)
    if plate.size and config.light == "no":
        plate[...] = blend(plate, made.face, made.mask)
    elif plate.size and config.light != "no":
        plate[...] = blend_light(plate, made.face, made.mask, config.light)


def _onto(region: Region, placement: Placement, side: int) -> Matrix:
    """Return the map from the crop's square, of so many pixels a side, to a region's pixels."""
    return compose(shifted(-region.left, -region.top), inverse(placement.matrix * (side / placement.size)))


def _covered(mask: Floats, placement: Placement) -> Region:
    """Return the region of the frame outside of which a mask in the crop's square is 0."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    if not len(rows):
        return _NOWHERE
    top, bottom = rows[0] - _AROUND, rows[-1] + 1 + _AROUND
    left, right = columns[0] - _AROUND, columns[-1] + 1 + _AROUND
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    return region_around(transform(box, inverse(placement.matrix * (SIDE / placement.size))))

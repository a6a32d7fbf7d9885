"""The last touches to a face as it lies in the frame, in the frame's own pixels: sharpness, motion blur, grain."""

from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Region
from omote.imaging.blending import unit
from omote.imaging.colour import grey
from omote.imaging.detail import find_detail, match_detail
from omote.imaging.geometry import scale_of
from omote.imaging.grain import drawn_grain, grain_of
from omote.imaging.linear import from_light, to_light
from omote.imaging.motion import motion_blurred
from omote.imaging.sharpening import sharpened
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import Placement
from omote.swapping.steady import Memory

_SIGMAS = 4  # of a Gaussian that are looked at to each side
_MATCHING = 8


def reach(placement: Placement, config: CompositeConfig) -> int:
    """Return how many pixels around what is seen the touches look at."""
    pixels = 0.0
    if config.sharpen.kind != "none":
        pixels += _SIGMAS * _radius(placement, config)
    if config.match_sharpness:
        pixels += _MATCHING
    if config.motion_blur:
        pixels += float(np.abs(_way(placement, config)).max()) / 2
    return int(np.ceil(pixels))


def finished(
    wide: Floats, part: Region, plate: npt.NDArray[Any], mask: Floats, placement: Placement, config: CompositeConfig,
    memory: Memory,
) -> Floats:  # fmt: skip
    """Return the face as it goes over the plate.

    Args:
        wide: (H, W, 3) 0..1, the face in the frame's pixels, with some around.
        part: which part of it lies over the plate.
        plate: (h, w, 3) uint8 or uint16, as large as that part.
        mask: (h, w) 0..1.
        placement: of the face.
        config: which touches.
        memory: of the face's track.

    Returns:
        (h, w, 3) 0..1.
    """
    sharpen = config.sharpen
    if sharpen.kind != "none":
        radius = _radius(placement, config)
        wide = sharpened(wide, sharpen.kind, radius, sharpen.amount / 100, sharpen.threshold / 100)
    below, has = np.zeros((0, 0), np.float32), np.zeros(2, np.float32)
    if config.match_sharpness or config.grain:
        below = grey(unit(plate))
        has = memory.steadied("grain", grain_of(below, mask), placement.frame, config.steady_colour)
    if config.match_sharpness:
        found = find_detail(part.of(grey(wide)), below, mask, float(has[0]))
        found = memory.steadied("detail", found, placement.frame, config.steady_colour)
        wide = match_detail(wide, found * np.float32(config.match_sharpness / 100))
    if config.motion_blur:
        wide = _moved(wide, placement, config)
    face = part.of(wide)
    if not config.grain:
        return face
    missing = np.maximum(has - grain_of(grey(face), mask), 0) * np.float32((config.grain / 100) ** 2)
    drawn = drawn_grain(missing, part.width, part.height, (placement.frame, placement.track))
    return np.asarray(np.clip(face + drawn[..., None], 0, 1), np.float32)


def _moved(face: Floats, placement: Placement, config: CompositeConfig) -> Floats:
    way = _way(placement, config)
    if config.light == "no":
        return motion_blurred(face, way)
    return from_light(motion_blurred(to_light(face, config.light), way), config.light)


def _radius(placement: Placement, config: CompositeConfig) -> float:
    return config.sharpen.radius / 100 * placement.size / scale_of(placement.matrix)


def _way(placement: Placement, config: CompositeConfig) -> Floats:
    return placement.motion * np.float32(config.motion_blur / 100)

"""Putting a face into a picture: only the rectangle it touches is read, computed and written."""

from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Region
from omote.imaging.linear import Curve, from_light, to_light

Sample = TypeVar("Sample", np.uint8, np.uint16)
_NOTHING = np.zeros(4)
_CV_DEPTH = {np.dtype(np.uint8): cv2.CV_8U, np.dtype(np.uint16): cv2.CV_16U}


def region_around(points: Floats) -> Region:
    """Return the smallest region that holds (N, 2) points; it may reach beyond the picture."""
    left, top = np.floor(points.min(0)).astype(int)
    right, bottom = np.ceil(points.max(0)).astype(int)
    return Region(int(left), int(top), int(right), int(bottom))


def unit(picture: npt.NDArray[Sample]) -> Floats:
    """Return a uint8 or uint16 picture as float32, 0..1."""
    return np.multiply(picture, np.float32(1 / np.iinfo(picture.dtype).max), dtype=np.float32)


def blend(plate: npt.NDArray[Sample], face: Floats, mask: Floats) -> npt.NDArray[Sample]:
    """Return the plate with a face over it; where the mask is 0 the plate's pixels are exactly as they were.

    Args:
        plate: (H, W, 3) uint8 or uint16.
        face: (H, W, 3) RGB 0..1.
        mask: (H, W) 0..1.
    """
    mixed = face * np.float32(np.iinfo(plate.dtype).max)
    mixed -= plate
    mixed *= cv2.merge([mask, mask, mask])
    mixed += plate
    # The one step that rounds to the nearest, cuts what is too bright or too dark, and converts.
    return np.asarray(cv2.add(mixed, _NOTHING, dtype=_CV_DEPTH[plate.dtype]), plate.dtype)


def blend_light(plate: npt.NDArray[Sample], face: Floats, mask: Floats, curve: Curve) -> npt.NDArray[Sample]:
    """Return the plate with a face over it as `blend` does, but mixed in linear light.

    Args:
        plate: (H, W, 3) uint8 or uint16.
        face: (H, W, 3) RGB 0..1, picture values as the plate's.
        mask: (H, W) 0..1.
        curve: what leads from light to picture values.
    """
    alpha = mask[..., None]
    light = to_light(unit(plate), curve) * (1 - alpha) + to_light(face, curve) * alpha
    mixed = np.rint(from_light(light, curve) * np.float32(np.iinfo(plate.dtype).max)).astype(plate.dtype)
    return np.where(alpha > 0, mixed, plate)

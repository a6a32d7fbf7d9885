"""Where a mask lies in a picture. Only the rectangle that it touches is computed."""

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Picture, Region
from omote.imaging.blending import region_around
from omote.imaging.crops import corners
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, warp


def laid(mask: npt.NDArray[np.uint8], matrix: Matrix, width: int, height: int) -> tuple[Region, Picture]:
    """Return the region of a picture that a mask touches, and the mask as it lies there.

    Args:
        mask: (S, S).
        matrix: picture → mask.
        width: of the picture.
        height: of the picture.

    Returns:
        The region, within the picture, and an (h, w) uint8 mask of its size: 0 by 0 where the mask is outside, or is
        less than a pixel of the picture.
    """
    region = region_around(corners(matrix, len(mask))).within(width, height)
    if not region.width or not region.height or scale_of(matrix) > len(mask):
        return Region(0, 0, 0, 0), np.zeros((0, 0), np.uint8)
    there = compose(shifted(-region.left, -region.top), inverse(matrix))
    return region, warp(mask, there, region.width, region.height, border=cv2.BORDER_CONSTANT)

"""What moves: seen where it was before, and blurred while the shutter is open."""

import cv2
import numpy as np

from omote.core.types import Floats

_STEPS = 16  # to a pixel of way


def brought_back(later: Floats, motion: Floats) -> Floats:
    """Return a later picture with what moved brought back to where it was (bicubic).

    Args:
        later: (H, W) or (H, W, C) float32; beyond its edge it goes on as there.
        motion: (H, W, 2) pixels, right and down, by which what was at each pixel has moved.
    """
    height, width = motion.shape[:2]
    # OpenCV counts from pixels' centres, and so does this grid: shifts need no translation.
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    where = (x + motion[..., 0], y + motion[..., 1])
    return np.asarray(cv2.remap(later, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.float32)


def motion_blurred(picture: Floats, way: Floats) -> Floats:
    """Return the mean of a picture along its way.

    Args:
        picture: (H, W) or (H, W, C) float32; beyond its edge it goes on as there.
        way: (2,) pixels that it moves, x and y, while the shutter is open. The picture shows the middle.
    """
    if float(np.hypot(*way)) == 0:
        return picture
    return np.asarray(cv2.filter2D(picture, -1, trail(way), borderType=cv2.BORDER_REPLICATE), np.float32)


def trail(way: Floats) -> Floats:
    """Return the kernel of such a blur, odd sides: a straight line through its middle, shared out between pixels."""
    reach = np.ceil(np.abs(way) / 2).astype(int)
    kernel = np.zeros((2 * reach[1] + 1, 2 * reach[0] + 1), np.float64)
    steps = int(np.ceil(np.hypot(*way) * _STEPS)) + 1
    # Middles of equal parts of the way, so that its ends weigh no more than the rest.
    along = (np.arange(steps) + 0.5) / steps - 0.5
    x, y = (along * way[axis] + reach[axis] for axis in (0, 1))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for right, x_share in ((0, 1 - (x - left)), (1, x - left)):
        for down, y_share in ((0, 1 - (y - top)), (1, y - top)):
            column, row = np.minimum(left + right, 2 * reach[0]), np.minimum(top + down, 2 * reach[1])
            np.add.at(kernel, (row, column), x_share * y_share)
    return np.asarray(kernel / kernel.sum(), np.float32)

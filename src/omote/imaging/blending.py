"""Putting a face into a picture: only the rectangle it touches is read, computed and written."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Pixel


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of whole pixels: left and top belong to it, right and bottom do not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across; 0 for an empty region."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels down; 0 for an empty region."""
        return max(0, self.bottom - self.top)

    def of(self, picture: npt.NDArray[Pixel]) -> npt.NDArray[Pixel]:
        """Return the view of a picture inside the region."""
        return picture[self.top : self.bottom, self.left : self.right]


def region_around(points: Floats, width: int, height: int, margin: float = 0) -> Region:
    """Return the region of a picture that holds (N, 2) points and a margin in pixels, cut at the picture's edges."""
    left, top = np.floor(points.min(0) - margin).astype(int)
    right, bottom = np.ceil(points.max(0) + margin).astype(int)
    return Region(max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom)))


def blend(plate: Picture, face: Floats, mask: Floats) -> Picture:
    """Return the plate with a face over it; where the mask is 0 the plate's pixels are exactly as they were.

    Args:
        plate: (H, W, 3) uint8.
        face: (H, W, 3) RGB 0..1.
        mask: (H, W) 0..1.
    """
    alpha = mask[..., None]
    mixed = plate * (1 - alpha) + face * (255 * alpha)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)

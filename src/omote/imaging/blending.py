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

    def within(self, width: int, height: int) -> "Region":
        """Return the part that lies in a picture of this size."""
        return Region(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))

    def seen_from(self, other: "Region") -> "Region":
        """Return the same rectangle, counted from the left top of another."""
        left, top = other.left, other.top
        return Region(self.left - left, self.top - top, self.right - left, self.bottom - top)


def region_around(points: Floats) -> Region:
    """Return the smallest region that holds (N, 2) points; it may reach beyond the picture."""
    left, top = np.floor(points.min(0)).astype(int)
    right, bottom = np.ceil(points.max(0)).astype(int)
    return Region(int(left), int(top), int(right), int(bottom))


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

"""A mask as it is kept: small, packed, and with the map that says where in the frame it lies."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from omote.core.errors import AlignmentsError

_LARGEST = 2048  # pixels a side, so that a forged mask cannot fill the memory
_FURTHEST, _LEAST_SCALE, _MOST_SCALE = 1e8, 1e-4, 1e4  # of a map between any frame and any crop
_MOST_STRETCH = 2.0


def leads_to_crop(matrix: npt.NDArray[np.float64]) -> bool:
    """Whether a map can be that from a frame to a crop: (2, 3), of some scale that can be, and the same both ways."""
    if matrix.shape != (2, 3) or not (np.abs(matrix) < _FURTHEST).all():
        return False
    linear = matrix[:, :2]
    area = abs(float(np.linalg.det(linear)))
    # A turn and a scale have twice their area as the sum of squares; what stretches has more.
    return _LEAST_SCALE**2 < area < _MOST_SCALE**2 and float(np.square(linear).sum()) < _MOST_STRETCH * 2 * area


@dataclass(frozen=True, slots=True, eq=False)
class MaskRecord:
    """A mask of one face.

    Attributes:
        size: side in pixels.
        centering: the standard crop it is drawn in: legacy, face or head.
        matrix: (2, 3) map from the frame to the mask's pixels.
        packed: size × size bytes, deflated; 255 is face.
    """

    size: int
    centering: str
    matrix: npt.NDArray[np.float64]
    packed: bytes

    def __post_init__(self) -> None:
        if not 1 <= self.size <= _LARGEST or not leads_to_crop(self.matrix):
            raise ValueError(f"a mask has 1 to {_LARGEST} pixels a side and a map from its frame")
        if self.centering not in ("legacy", "face", "head"):
            raise ValueError(f"a mask is drawn in a legacy, face or head crop, not {self.centering!r}")

    @classmethod
    def pack(cls, pixels: npt.NDArray[np.uint8], matrix: npt.NDArray[np.float64], centering: str) -> "MaskRecord":
        """Keep a square (S, S) uint8 mask."""
        return cls(len(pixels), centering, matrix, zlib.compress(np.ascontiguousarray(pixels).tobytes()))

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Return the (S, S) uint8 mask.

        Raises:
            AlignmentsError: it is damaged, or not of the size it says.
        """
        wanted, inflater = self.size**2, zlib.decompressobj()
        try:
            flat = inflater.decompress(self.packed, wanted + 1)
        except zlib.error as fault:
            raise AlignmentsError(f"a mask is damaged ({fault})") from fault
        if len(flat) != wanted:
            raise AlignmentsError(f"a mask is not of {self.size} by {self.size} pixels")
        return np.frombuffer(flat, np.uint8).reshape(self.size, self.size).copy()

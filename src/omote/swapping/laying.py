"""Several faces as one layer over a frame: colours with how much they cover."""

from typing import Any

import numpy as np
import numpy.typing as npt

from omote.swapping.composite import Layer


class Layers:
    """A frame that is transparent where no face lies. Colours are straight, not multiplied by what they cover.

    Attributes:
        rgb: (H, W, 3) uint8 or uint16.
        alpha: (H, W) of the same type.
    """

    def __init__(self, height: int, width: int, dtype: npt.DTypeLike) -> None:
        self.rgb: npt.NDArray[Any] = np.zeros((height, width, 3), dtype)
        self.alpha: npt.NDArray[Any] = np.zeros((height, width), dtype)

    def add(self, face: Layer) -> None:
        """Lay a face over those before it, by Porter and Duff's (1984) "over"."""
        white = np.float32(np.iinfo(self.rgb.dtype).max)
        rgb, alpha = face.region.of(self.rgb), face.region.of(self.alpha)
        below = alpha / white * (1 - face.mask)
        covered = face.mask + below
        share = np.divide(face.mask, covered, out=np.zeros_like(covered), where=covered > 0)[..., None]
        colours = face.face * share + rgb / white * (1 - share)
        alpha[...] = np.rint(covered * white)
        rgb[...] = np.where(alpha[..., None] > 0, np.rint(colours * white), 0)

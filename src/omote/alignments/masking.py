"""From a mask that was drawn on some picture to the one that is kept, and back onto a picture."""

import numpy as np
import numpy.typing as npt

from omote.alignments.mask import MaskRecord
from omote.core.types import FaceMask
from omote.imaging.geometry import Matrix, compose, inverse, resize
from omote.imaging.laying import laid

_LARGEST = 256  # pixels a side: finer than the edge of any mask is known


def kept(mask: FaceMask, picture: Matrix) -> MaskRecord:
    """Return a mask as it is kept: of at most 256 pixels a side, and seen from the frame.

    Args:
        mask: of a face in a picture; its matrix leads from that picture.
        picture: (2, 3) map from the frame to that picture; of the frame itself the map that changes nothing.
    """
    pixels, size = mask.pixels, min(_LARGEST, len(mask.pixels))
    scale = size / len(pixels)
    small = pixels if scale == 1 else resize(pixels, size, size)
    return MaskRecord.pack(small, compose(mask.matrix, picture) * scale, mask.centering)


def seen_in(mask: MaskRecord, picture: Matrix, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Return the (H, W) uint8 mask as it lies in a picture; 0 where it does not reach.

    Args:
        mask: of a face.
        picture: (2, 3) map from the frame to the picture.
        width: of the picture in pixels.
        height: of the picture in pixels.

    Raises:
        AlignmentsError: the mask is damaged.
    """
    seen = np.zeros((height, width), np.uint8)
    region, shown = laid(mask.pixels(), compose(mask.matrix, inverse(picture)), width, height)
    region.of(seen)[:] = shown
    return seen

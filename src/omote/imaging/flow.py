"""Where everything in a picture moves until the next one, as far as two pictures tell: dense optical flow."""

import cv2
import numpy as np

from omote.core.types import Floats, Picture

_LEAST = 32  # pixels a side that the search for motion needs; a smaller picture goes on beyond its edge


def flow(before: Picture, after: Picture) -> Floats:
    """Return the (H, W, 2) pixels, right and down, by which what is at each pixel of `before` has moved in `after`.

    By Dense Inverse Search (Kroeger and others 2016) on the brightness. Where nothing has a texture it is a guess that
    goes with its surroundings.

    Args:
        before: (H, W, 3) uint8 RGB.
        after: the same size.
    """
    height, width = before.shape[:2]
    below, right = max(0, _LEAST - height), max(0, _LEAST - width)
    grey = [
        cv2.copyMakeBorder(cv2.cvtColor(each, cv2.COLOR_RGB2GRAY), 0, below, 0, right, cv2.BORDER_REPLICATE)
        for each in (before, after)
    ]
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    moved = search.calc(*grey, None)  # type: ignore[call-overload]
    return np.asarray(moved[:height, :width], np.float32)

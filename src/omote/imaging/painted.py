"""Masks painted by hand, as they come out of a paint program."""

import cv2
import numpy as np
import numpy.typing as npt


def painted_mask(data: bytes) -> npt.NDArray[np.uint8] | None:
    """Return the (H, W) mask in a picture file's bytes, 255 where it shows the face; None when they are no picture.

    Where the picture has an alpha channel that is not full everywhere, that is the mask; else its brightness is.
    """
    if not data:
        return None
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        return None
    if found.dtype == np.uint16:
        found = np.round(found / 257).astype(np.uint8)
    if found.ndim == 3 and found.shape[2] == 4:
        alpha = np.ascontiguousarray(found[..., 3], np.uint8)
        if alpha.min() < 255:
            return alpha
        found = found[..., :3]
    grey = found if found.ndim == 2 else cv2.cvtColor(found, cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, np.uint8)

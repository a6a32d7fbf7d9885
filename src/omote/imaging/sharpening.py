"""Making a picture sharper. Pictures are (H, W, 3) float32 RGB, 0 to 1."""

from typing import Literal

import cv2
import numpy as np

from omote.core.types import Floats

Sharpening = Literal["box", "gaussian", "unsharp"]


def sharpened(picture: Floats, kind: Sharpening, radius: float, amount: float, threshold: float = 0.0) -> Floats:
    """Return picture + amount · (picture − what a blur leaves of it), cut to 0..1.

    Args:
        picture: what to sharpen.
        kind: box: blurred by the mean over a square of 2 · radius + 1 pixels a side, rounded to the next odd number;
            gaussian: by a Gaussian of sigma radius; unsharp: the same, but only where a channel differs from its blur
            by more than the threshold, so that grain and skin stay.
        radius: in pixels, above 0.
        amount: 0 changes nothing.
        threshold: of 0..1.
    """
    detail = picture - _blurred(picture, kind, radius)
    if kind == "unsharp":
        detail[np.abs(detail) <= threshold] = 0
    return np.clip(picture + np.float32(amount) * detail, 0, 1)


def _blurred(picture: Floats, kind: Sharpening, radius: float) -> Floats:
    if kind == "box":
        side = 2 * max(1, round(radius)) + 1
        return np.asarray(cv2.blur(picture, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), radius, borderType=cv2.BORDER_REPLICATE), np.float32)

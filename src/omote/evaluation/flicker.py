"""How much a face flickers: what changes between two frames where nothing but motion should."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.motion import brought_back


def flicker(frames: Sequence[Picture], motions: Sequence[Floats], masks: Sequence[Floats]) -> float:
    """Return the mean difference inside the face between each frame and the next one, of which the motion was undone.

    It is in levels of 255 and a mean over red, green and blue, pixels and pairs of frames. Where the motion is the
    true one (`cast.motion`) it holds what light and expression change, what resampling loses, and flicker: compare it
    with that of the true swap.

    Args:
        frames: F pictures, (H, W, 3).
        motions: F or F - 1 of (H, W, 2): of what is seen in each frame until the next.
        masks: F of (H, W) 0..1: the face. A pixel counts as much as it is face in both frames.

    Raises:
        ValueError: the masks are empty, or there is no pair of frames.
    """
    pairs = zip(frames, frames[1:], motions, masks, masks[1:], strict=False)
    changes, weights = np.array([_change(*pair) for pair in pairs] or [(0, 0)]).sum(0)
    if weights == 0:
        raise ValueError("there is no face in two frames that follow one another")
    return float(changes / weights)


def _change(before: Picture, after: Picture, motion: Floats, mask: Floats, mask_after: Floats) -> tuple[float, float]:
    weight = mask * brought_back(mask_after, motion).clip(0, 1)
    away = np.abs(brought_back(after.astype(np.float32), motion).clip(0, 255) - before).mean(2)
    return float((away * weight).sum(dtype=np.float64)), float(weight.sum(dtype=np.float64))

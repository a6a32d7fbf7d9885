"""Steadiness over time: what is measured of a face in each frame is evened out along its track."""

from collections import deque
from math import ceil

import numpy as np

from omote.core.types import Floats
from omote.swapping.config import CompositeConfig

_FORGOTTEN = 3  # time constants after which a frame has no say any more


def reach(config: CompositeConfig) -> int:
    """Return how many frames before one have a say in it; 0 where nothing is evened out.

    What is evened out is measured where the mask lies, which was evened out before, and how sharp the plate is is
    compared with a face whose colours were.
    """
    colours = 2 if config.match_sharpness else 1
    return ceil(_FORGOTTEN * config.steady_mask) + colours * ceil(_FORGOTTEN * config.steady_colour)


class Memory:
    """What is remembered of one face, as one model makes it, from frame to frame.

    One is made for each track, and a new one where the track is cut. It forgets all but the last frames, so that one
    that saw only these gives the same, bit for bit.
    """

    def __init__(self) -> None:
        self._seen: dict[str, deque[tuple[int, Floats]]] = {}

    def steadied(self, name: str, now: Floats, frame: int, frames: float) -> Floats:
        """Return the mean of what a thing was up to now, in which older frames count less.

        The weight of a frame falls to 1/e in so many frames, and to nothing in three times as many. Frames that were
        left out count as time that passed.

        Args:
            name: of the thing.
            now: what it is in this frame, an array of any shape. Of another shape than before: all begins anew.
            frame: number of the frame. Not after the one before: all begins anew.
            frames: the time constant; 0: what is now is returned.
        """
        if frames <= 0:
            return now
        seen = self._seen.setdefault(name, deque())
        if seen and (frame <= seen[-1][0] or seen[-1][1].shape != now.shape):
            seen.clear()
        seen.append((frame, now))
        while seen[0][0] < frame - _FORGOTTEN * frames:
            seen.popleft()
        if len(seen) == 1:
            return now
        weights = np.exp([(at - frame) / frames for at, _ in seen])
        mean = np.zeros_like(now)
        for weight, (_, was) in zip(weights / weights.sum(), seen, strict=True):
            mean += was * np.float32(weight)
        return mean

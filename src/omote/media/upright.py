"""Which way up a frame is shown: the quarter turns and mirrorings that cameras and phones write as a matrix.

An angle between the quarter turns is taken for the nearest one.
"""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from omote.media.noted import noted


@dataclass(frozen=True)
class Orientation:
    """What turns a stored picture upright.

    Attributes:
        transpose: swap rows and columns, before the rest.
        mirror: then swap left and right.
        flip: then swap top and bottom.
    """

    transpose: bool = False
    mirror: bool = False
    flip: bool = False

    def apply(self, rgb: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the (H, W, 3) picture upright, contiguous in memory; W and H are swapped by a quarter turn."""
        turned = rgb.transpose(1, 0, 2) if self.transpose else rgb
        return np.ascontiguousarray(turned[:: -1 if self.flip else 1, :: -1 if self.mirror else 1])


def orientation_of(frame: VideoFrame) -> Orientation:
    """Read how a decoded frame is to be shown: from the container's display matrix or the picture's EXIF."""
    data = noted(frame).get("DISPLAYMATRIX")
    if data is None:
        return Orientation()
    a, b, _, c, d = struct.unpack("=5i", data[:20])  # x' = a x + c y; y' = b x + d y
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(mirror=a < 0, flip=d < 0)
    return Orientation(transpose=True, mirror=c < 0, flip=b < 0)

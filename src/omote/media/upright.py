"""Which way up a frame is shown: the quarter turns and mirrorings that cameras and phones write as a matrix.

An angle between the quarter turns is taken for the nearest one.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np
from av.buffer import Buffer
from av.filter import Graph
from av.video.frame import VideoFrame

from omote.core.types import Picture

# What PyAV 18 must not meet when it lists the side data of a frame, by FFmpeg's numbers. It has no name for
# AV_FRAME_DATA_EXIF and refuses; and it frees what FFmpeg noted about AV_FRAME_DATA_ICC_PROFILE (a PNG's profile has a
# name) a second time, which kills the process.
_UNLISTED = (31, 15)
_ANY_TIME = Fraction(1, 25)  # a graph wants to know, though it does not matter here


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

    def apply(self, rgb: Picture) -> Picture:
        """Return the (H, W, 3) picture upright, contiguous in memory; W and H are swapped by a quarter turn."""
        turned = rgb.transpose(1, 0, 2) if self.transpose else rgb
        return np.ascontiguousarray(turned[:: -1 if self.flip else 1, :: -1 if self.mirror else 1])


def orientation_of(frame: VideoFrame) -> Orientation:
    """Read how a decoded frame is to be shown: from the container's display matrix or the picture's EXIF."""
    data = cast("Mapping[str, Buffer]", _listable(frame).side_data).get("DISPLAYMATRIX")
    if data is None:
        return Orientation()
    a, b, _, c, d = struct.unpack("=5i", bytes(data)[:20])  # x' = a x + c y; y' = b x + d y
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(mirror=a < 0, flip=d < 0)
    return Orientation(transpose=True, mirror=c < 0, flip=b < 0)


def _listable(frame: VideoFrame) -> VideoFrame:
    graph = Graph()
    last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_ANY_TIME)
    for kind in _UNLISTED:
        last, before = graph.add("sidedata", f"mode=delete:type={kind}"), last
        before.link_to(last)
    graph.link_nodes(last, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()

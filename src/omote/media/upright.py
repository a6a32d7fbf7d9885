"""Which way up a frame is shown: the quarter turns and mirrorings that cameras and phones write as a matrix.

An angle between the quarter turns is taken for the nearest one.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from av.buffer import Buffer
from av.filter import Graph
from av.video.frame import VideoFrame

from omote.core.types import Picture

_EXIF = 31  # AV_FRAME_DATA_EXIF, which PyAV 18 has no name for: it refuses to list the side data of such a frame


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
    try:
        data = _matrix(frame)
    except ValueError:
        data = _matrix(_without_exif(frame))
    if data is None:
        return Orientation()
    a, b, _, c, d = struct.unpack("=5i", bytes(data)[:20])  # x' = a x + c y; y' = b x + d y
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Orientation(mirror=a < 0, flip=d < 0)
    return Orientation(transpose=True, mirror=c < 0, flip=b < 0)


def _matrix(frame: VideoFrame) -> Buffer | None:
    return cast("Mapping[str, Buffer]", frame.side_data).get("DISPLAYMATRIX")


def _without_exif(frame: VideoFrame) -> VideoFrame:
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, graph.add("sidedata", f"mode=delete:type={_EXIF}"), graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()

"""Frames plane by plane: a frame that keeps all of the coded one but for the regions where it was changed.

What is copied is copied bit for bit; only the regions go from RGB to the coded pixel format, those of chroma grown to
whole samples. They are converted with some of what lies around them, so that chroma is filtered over their edges as in
the whole picture.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from omote.core.types import Region
from omote.media.colour import Colour, to_coded
from omote.media.layouts import Layout

_STEPS = {"420": (2, 2), "422": (2, 1), "444": (1, 1), "rgb": (1, 1)}
_AROUND = 8  # pixels: as far as a filter of chroma reaches, and a multiple of every step


def planes(frame: VideoFrame) -> list[npt.NDArray[Any]]:
    """Return views of a frame's planes: (h, w) uint8 or uint16, or (h, w · 4) where four samples lie together."""
    deep = frame.format.components[0].bits > 8
    packed = 4 if len(frame.planes) == 1 and len(frame.format.components) > 1 else 1
    views = []
    for plane in frame.planes:
        samples = np.frombuffer(plane, np.uint16 if deep else np.uint8)  # type: ignore[call-overload] # it is a buffer
        views.append(samples.reshape(plane.height, -1)[:, : plane.width * packed])
    return views


def with_alpha(frame: VideoFrame, alpha: npt.NDArray[Any] | None) -> None:
    """Set the alpha of a frame of a layout that has it; without one it covers all.

    Args:
        frame: changed in place.
        alpha: (H, W) uint8 or uint16 of full range; smaller than the frame where that has a padded edge.
    """
    top = (1 << frame.format.components[3].bits) - 1
    views = planes(frame)
    target = views[3] if len(views) == 4 else views[0][:, 3::4]
    target[...] = top
    if alpha is None:
        return
    white = np.iinfo(alpha.dtype).max
    scaled = (alpha.astype(np.uint32) * top + white // 2) // white
    down, across = target.shape[0] - alpha.shape[0], target.shape[1] - alpha.shape[1]
    target[...] = np.pad(scaled, ((0, down), (0, across)), mode="edge")


class Repainter:
    """Puts changed regions into copies of coded frames.

    Args:
        layout: of the frames that come out.
        colour: the YUV they are in.
    """

    def __init__(self, layout: Layout, colour: Colour) -> None:
        self._layout, self._colour = layout, colour
        self._reformatter = VideoReformatter()
        self._graph: Graph | None = None
        self._copied = ""

    def repainted(self, origin: VideoFrame, rgb: npt.NDArray[Any], regions: Sequence[Region]) -> VideoFrame:
        """Return `origin` with some regions taken from a picture; `origin` itself where there are none.

        Args:
            origin: of the layout's samples; it is not written to.
            rgb: (H, W, 3) uint8 or uint16 of full range, as large as `origin`.
            regions: of `rgb`.
        """
        regions = [region for region in regions if region.width and region.height]
        same = origin.format.name == self._layout.name
        if same and not regions:
            return origin
        frame = self._copy(origin) if same else _moved(origin, self._layout.name)
        for region in regions:
            self._paint(frame, rgb, region.within(frame.width, frame.height))
        return frame

    def _paint(self, frame: VideoFrame, rgb: npt.NDArray[Any], region: Region) -> None:
        steps = _STEPS[self._layout.chroma]
        around = _around(region, *steps).within(frame.width, frame.height)
        part = np.ascontiguousarray(around.of(rgb))
        patch = to_coded(self._reformatter, part, self._colour, self._layout.name, threads=1)  # few pixels, ever other
        inner, whole = region.seen_from(around), planes(frame)
        packed = 4 if len(whole) == 1 else 1
        for number, (target, painted) in enumerate(zip(whole, planes(patch), strict=True)):
            across, down = steps if number in (1, 2) else (1, 1)
            _part(target, region, across, down, packed)[...] = _part(painted, inner, across, down, packed)

    def _copy(self, origin: VideoFrame) -> VideoFrame:
        """Copy a frame with all that is noted about it, such as closed captions."""
        shape = f"{origin.width}x{origin.height}"
        if self._graph is None or shape != self._copied:
            self._graph, self._copied = _copier(origin), shape
        self._graph.vpush(origin)
        return self._graph.vpull()


def _copier(like: VideoFrame) -> Graph:
    graph = Graph()
    first = graph.add_buffer(
        width=like.width, height=like.height, format=like.format, time_base=like.time_base or Fraction(1, 25)
    )
    graph.link_nodes(first, graph.add("copy"), graph.add("buffersink")).configure()
    return graph


def _moved(origin: VideoFrame, pixels: str) -> VideoFrame:
    """Return a frame under another name of the same samples: FFmpeg has two for YUV of full range."""
    frame = VideoFrame(origin.width, origin.height, pixels)
    for target, plane in zip(planes(frame), planes(origin), strict=True):
        target[...] = plane
    return frame


def _around(region: Region, across: int, down: int) -> Region:
    return Region(
        region.left // across * across - _AROUND,
        region.top // down * down - _AROUND,
        -(-region.right // across) * across + _AROUND,
        -(-region.bottom // down) * down + _AROUND,
    )


def _part(plane: npt.NDArray[Any], region: Region, across: int, down: int, packed: int) -> npt.NDArray[Any]:
    left, right = region.left // across * packed, -(-region.right // across) * packed
    return plane[region.top // down : -(-region.bottom // down), left:right]

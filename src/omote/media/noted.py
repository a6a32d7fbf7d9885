"""What is noted beside the pixels of a decoded frame: how it is turned, how bright its screen was."""

from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from av.filter import Graph
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame

# What PyAV 18 must not meet when it lists the side data of a frame, by FFmpeg's numbers. It has no name for
# AV_FRAME_DATA_EXIF and its like and refuses; and it frees what FFmpeg noted about AV_FRAME_DATA_ICC_PROFILE (a PNG's
# profile has a name) a second time, which kills the process.
_UNLISTED = (15, 28, 29, 30, 31)
_ANY_TIME = Fraction(1, 25)  # a graph wants to know, though it does not matter here


def noted(frame: VideoFrame) -> dict[str, bytes]:
    """Return a frame's side data by FFmpeg's names, without `AV_FRAME_DATA_`."""
    listed = cast("Iterable[SideData]", _listable(frame).side_data)  # it gives the values, not the names
    return {each.type.name: bytes(each) for each in listed}


def _listable(frame: VideoFrame) -> VideoFrame:
    graph = Graph()
    last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=_ANY_TIME)
    for kind in _UNLISTED:
        last, before = graph.add("sidedata", f"mode=delete:type={kind}"), last
        before.link_to(last)
    graph.link_nodes(last, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()

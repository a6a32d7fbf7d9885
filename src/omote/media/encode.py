"""Videos out: H.264 with the source's timing, colour and sound, under the final name only when all of it is written.

A frame comes out at exactly the time it had in the source in .mp4 and .mov; .mkv counts in milliseconds, so there it is
rounded to the nearest. yuv420p has no odd sizes: there the last column or row is repeated once. Frames are written
upright, so no rotation is noted in the file, and their pixels are square.
"""

from contextlib import suppress
from fractions import Fraction
from math import lcm
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from omote.core.errors import MediaError
from omote.core.files import explained, part_name, sync
from omote.core.types import Frame, Picture
from omote.media.colour import Colour, colour_of, default_colour, to_yuv
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.reading import open_container, video_stream
from omote.media.sound import Sound

VIDEO_SUFFIXES = (".mp4", ".mkv", ".mov")
_MOST_TICKS = 2**31 - 1


class VideoSink:
    """A video being written. Use it in a `with` block; only a block that ends well leaves a file.

    Args:
        path: the final name, ending in one of `VIDEO_SUFFIXES`.
        like: the source whose timing, colour and sound it takes.
        settings: how it is encoded.

    Raises:
        MediaError: the container cannot hold the source's sound, or the source cannot be read again.
        OmoteError: it cannot be written there.
    """

    def __init__(self, path: Path, like: SourceFacts, settings: EncodeConfig) -> None:
        self._path, self._part, self._like, self._pixels = path, part_name(path), like, settings.pixels
        self._reformatter = VideoReformatter()
        self._waiting: Frame | None = None
        self._colour, self._end = _colour_and_end(like)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._output = av.open(str(self._part.absolute()), "w", container_options=_container_options(like, path))
        try:
            self._stream = self._picture_stream(settings)
            self._sound = Sound(like.path, self._output, path) if like.sound_streams else None
            with explained(path), _explained_muxing(path):
                self._output.start_encoding()
        except BaseException:
            self._drop()
            raise

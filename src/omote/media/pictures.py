"""Pictures in: one file, or a folder in the order in which people count (img2 before img10).

A picture that is cut off or damaged is refused whole, not shown in part. Alpha is dropped, an animation is its first
picture.
"""

import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from omote.core.errors import MediaError
from omote.core.types import Frame, Picture
from omote.media.colour import depth_of, to_deep_rgb, to_rgb
from omote.media.facts import SourceFacts, file_fingerprint, names_fingerprint
from omote.media.reading import explained_reading, video_stream
from omote.media.upright import Orientation, orientation_of

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".exr"})
_RATE = Fraction(25)
_STRICT = {
    "mjpeg": {"err_detect": "explode"},  # it alone gives half a picture, the rest grey, without a word
    "exr": {"apply_trc": "iec61966_2_1"},  # linear light becomes sRGB; what is brighter than white is cut off
}


def is_picture(path: Path) -> bool:
    """Whether a file's name says that it is a picture; hidden files are not."""
    return path.suffix.lower() in PICTURE_SUFFIXES and not path.name.startswith(".")


def frame_stem(name: str) -> str:
    """Return a frame's name without a picture's suffix; a video's frame has none, though its name may have a dot."""
    path = Path(name)
    return path.stem if path.suffix.lower() in PICTURE_SUFFIXES else name


class PictureSource:
    """A picture file or a folder of them; other files in the folder, and folders in it, are left alone.

    Raises:
        MediaError: there is no picture, or the first one cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with explained_reading(path):
            self._files = _listed(path) if path.is_dir() else (path,)
            if not self._files:
                raise MediaError("no pictures in the folder", path, f"known: {' '.join(sorted(PICTURE_SUFFIXES))}")
            fingerprint = names_fingerprint(self._files) if path.is_dir() else file_fingerprint(path)
        first, orientation = _decoded(self._files[0])
        width, height = (first.width, first.height)[:: -1 if orientation.transpose else 1]
        self.facts = SourceFacts(
            path=path,
            kind="pictures",
            width=width,
            height=height,
            frames=len(self._files),
            time_base=1 / _RATE,
            rate=_RATE,
            sound_streams=0,
            fingerprint=fingerprint,
            pixels=first.format.name,
            depth=depth_of(first.format),
        )

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Give the pictures from number `start` on, each in its own size; their times are their numbers.

        Args:
            start: number of the first one given.
            deep: in 16 bits, each one that has more than 8.

        Raises:
            MediaError: a picture cannot be read; the error names it.
        """
        for index, file in enumerate(self._files[start:], start):
            yield Frame(index, index, file.name, read_deep_picture(file) if deep else read_picture(file))


def read_picture(path: Path) -> Picture:
    """Read a picture file, whatever its suffix says it is.

    Returns:
        (H, W, 3) uint8, turned as its EXIF says.

    Raises:
        MediaError: it cannot be read, or not all of it.
    """
    frame, orientation = _decoded(path)
    with explained_reading(path):
        return orientation.apply(to_rgb(VideoReformatter(), frame, frame.width, frame.height))


def read_deep_picture(path: Path) -> npt.NDArray[Any]:
    """Read a picture file as `read_picture` does, with all its bits.

    Returns:
        (H, W, 3) uint16 of full range where it has more than 8 bits, else uint8.
    """
    frame, orientation = _decoded(path)
    convert = to_deep_rgb if depth_of(frame.format) > 8 else to_rgb
    with explained_reading(path):
        return orientation.apply(convert(VideoReformatter(), frame, frame.width, frame.height))


def _decoded(path: Path) -> tuple[VideoFrame, Orientation]:
    with explained_reading(path):
        data = io.BytesIO(path.read_bytes())  # not the path, in which FFmpeg would take %d for a series of files
        with av.open(data, "r", metadata_errors="replace") as container:
            stream = video_stream(container, path)
            options = _STRICT.get(stream.codec_context.name)
            if options:
                stream.codec_context.options = options
            frame = next(container.decode(stream), None)
            if frame is None:
                raise MediaError("no picture in it", path)
            return frame, orientation_of(frame)


def _listed(folder: Path) -> Sequence[Path]:
    return sorted((file for file in folder.iterdir() if is_picture(file) and file.is_file()), key=_counted)


def _counted(file: Path) -> tuple[list[str | int], str]:
    parts = re.split(r"(\d+)", file.name.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], file.name

"""Opening files with FFmpeg, with its faults put into one line. Reads local files only, never an address in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from omote.core.errors import MediaError

_TEXT = frozenset({"ansi", "bintext", "idf", "xbin"})  # FFmpeg draws text files as films; nobody means that here


@contextmanager
def explained_reading(path: Path) -> Iterator[None]:
    """Turn what FFmpeg says about reading `path` into one line for the user.

    Raises:
        MediaError: FFmpeg or the system cannot read the file.
    """
    try:
        yield
    except OSError as fault:
        raise MediaError(f"cannot be read ({fault.strerror})", path) from fault
    except av.FFmpegError as fault:
        raise MediaError("not a video or picture, or a damaged one", path, "check that it was copied whole") from fault


def open_container(path: Path) -> InputContainer:
    """Open a video file. The caller closes it.

    Raises:
        MediaError: it cannot be opened.
    """
    with explained_reading(path):
        # An absolute path, since FFmpeg takes what stands before a colon for a protocol.
        name, options = str(path.absolute()), {"protocol_whitelist": "file"}
        return av.open(name, "r", options=options, metadata_errors="replace")


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the stream that is the film: not a cover picture, not text drawn as a film.

    Raises:
        MediaError: there is none.
    """
    films = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not films and container.streams.audio:
        raise MediaError("has sound but no video", path)
    best = container.streams.best("video")
    chosen = next((stream for stream in films if stream is best), films[0] if films else None)
    if chosen is None:
        raise MediaError("not a video", path)
    if chosen.codec_context is None:
        raise MediaError("its video codec is not known", path)
    if chosen.codec_context.name in _TEXT:
        raise MediaError("not a video but a text", path)
    return chosen

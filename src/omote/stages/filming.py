"""Drawn clips as videos. A clip that was filmed is not drawn again, and one that was not whole has no name yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omote.core.errors import Stopped
from omote.core.events import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from omote.cast.clip import Clip
    from omote.stages.context import Context


def filmed(clip: Clip, folder: Path, context: Context) -> Path:
    """Return a clip as a video in a folder, by its name and length; drawn unless it is there.

    Raises:
        MediaError: it cannot be written.
        Stopped: someone stopped it; nothing of the clip is left.
    """
    from omote.media.config import EncodeConfig
    from omote.media.sink import open_sink

    path = folder / f"{clip.name}_{len(clip.scenes)}.mp4"
    if path.is_file():
        return path
    with open_sink(path, clip, settings=EncodeConfig(preset="veryfast")) as sink:
        for frame in clip.frames():
            if context.stopped():
                raise Stopped
            sink.write(frame)
            context.emit(Progress(f"draw {clip.name}", frame.index + 1, len(clip.scenes)))
    return path

"""Which frame of the footage another tool's frame is, and what can be told of it without the footage."""

import re
from collections.abc import Mapping
from pathlib import Path

from omote.alignments.foreign.face import ForeignFrame, ForeignSource
from omote.alignments.foreign.frame_names import numbered
from omote.alignments.foreign.reading import fingerprint_of
from omote.alignments.record import FrameRecord, SourceRecord

_BARE_NUMBER = re.compile(r"\d{1,12}")
_TIME_BASE = "1/25"  # that of pictures


class Places:
    """Finds the foreign frame that a frame of the footage is.

    Args:
        source: what the other tool tells.
        video: whether the footage is a video, whose frames go by number; pictures go by name, or but for its suffix.
    """

    def __init__(self, source: ForeignSource, *, video: bool) -> None:
        self._video = video
        self._frames: dict[int | str, ForeignFrame] = {}
        for frame in source.frames:
            self._frames.setdefault(self._key(frame.name), frame)

    def at(self, index: int, name: str) -> ForeignFrame | None:
        """Return the foreign frame, or None where the other tool does not name it.

        Args:
            index: place of the frame in the footage, from 0.
            name: of the frame.
        """
        return self._frames.get(index if self._video else self._key(name))

    def _key(self, name: str) -> int | str:
        if not self._video:
            return Path(name).stem
        parts, stem = numbered(name), Path(name).stem
        if parts is not None:
            return parts[1]
        return int(stem) - 1 if _BARE_NUMBER.fullmatch(stem) else name  # DeepFaceLab's frames are 00001.png


def made_up_source(source: ForeignSource) -> SourceRecord:
    """Return what can be kept of footage that is not at hand; sizes that were not told are 0."""
    width, height = source.size or (0, 0)
    return SourceRecord(source.name, fingerprint_of(source), width, height, len(source.frames), _TIME_BASE)


def made_up_frames(source: ForeignSource) -> Mapping[str, FrameRecord]:
    """Return places of frames by their foreign names: a video's by their numbers, pictures in the order of names."""
    made = {}
    for index, frame in enumerate(sorted(source.frames, key=lambda each: each.name)):
        parts = numbered(frame.name) if source.video else None
        place = index if parts is None else parts[1]
        name = frame.name if parts is None else f"{parts[0]}_{parts[1] + 1:06d}"
        made[frame.name] = FrameRecord(place, place if frame.pts is None else frame.pts, name)
    return made

"""Frames and sources that cost nothing."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.errors import MediaError
from omote.core.types import Frame
from omote.media.facts import SourceFacts


def flat(index: int, *, pts: int | None = None, side: int = 8) -> Frame:
    """A small frame of one grey: its number."""
    return Frame(index, index if pts is None else pts, f"f_{index:06d}", np.full((side, side, 3), index, np.uint8))


class Greys:
    """A source of frames that are ramps, lighter with every other one.

    Args:
        count: how many.
        breaks: the frame at which it cannot be read further.

    Attributes:
        given: how many frames were asked for.
    """

    def __init__(self, count: int, breaks: int | None = None) -> None:
        self.facts = SourceFacts(
            Path("greys.mp4"), "video", 240, 220, count, Fraction(1, 25), Fraction(25), 0, "0123456789abcdef"
        )
        self.breaks, self.given = breaks, 0

    def frame(self, index: int) -> Frame:
        """Return one of the frames."""
        y, x = np.mgrid[0:220, 0:240]
        rgb = np.stack([x // 2, y // 2, (x + y) // 4], 2) + 40 * (index % 2) + index
        return Frame(index, index, f"greys_{index + 1:06d}", rgb.astype(np.uint8))

    def frames(self, start: int = 0, *, deep: bool = False) -> Iterator[Frame]:
        """Give the frames."""
        for index in range(start, self.facts.frames):
            if index == self.breaks:
                raise MediaError("the video breaks off", self.facts.path)
            self.given += 1
            yield self.frame(index)


def read_deep(path: Path) -> npt.NDArray[np.uint16]:
    """Read a PNG file of 16 bits, colours as RGB."""
    found = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert found is not None
    assert found.dtype == np.uint16
    return np.asarray(found if found.ndim == 2 else found[..., ::-1], np.uint16)

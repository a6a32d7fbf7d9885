"""The invisible watermark: laid into a face while its frame is made."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter

from omote.core.types import Floats, Region
from omote.imaging.blending import Sample, region_around
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, transform, warp
from omote.marking.pattern import BLUE, BRIGHT, PERIOD, SIDE, edge, laid, to_square

_LARGE, _FALL, _LEAST, _MOST = 1.31, 1.5, 0.5, 2.2  # of brightness: of small faces encoders keep less
_BLUE = 0.6
_PLAIN, _ROUGH, _ROUGHEST = 0.7, 0.1, 2.0  # more where the picture itself is rough, in brightness per brightness
_NEAR = 7  # pixels of the square
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_OF_BLUE = np.array([0, -0.344, 1.772], np.float32)  # red, green, blue of one step of Cb, which has no brightness


@dataclass(frozen=True, slots=True)
class Watermark:
    """Lays the pattern into faces.

    Attributes:
        strength: 1 is what was measured to be read back; a step of brightness of 255, about, in a small face.
    """

    strength: float = 1.0

    def put(
        self, frame: npt.NDArray[Sample], region: Region, landmarks: Floats, seconds: float, mask: Floats | None = None
    ) -> None:
        """Lay the pattern into one face of a frame, in place.

        Args:
            frame: (H, W, 3) uint8 or uint16.
            region: no pixel outside of it is changed.
            landmarks: (68, 2) of the face, in the frame.
            seconds: when the frame is shown.
            mask: (h, w) of the region, 0 to 1: how much of the pattern each pixel takes; None: all of it.
        """
        onto = to_square(landmarks)
        whole = region_around(transform(edge(), inverse(onto)))
        here = _overlap(whole, region).within(frame.shape[1], frame.shape[0])
        if not here.width or not here.height:
            return
        part, white = here.of(frame), np.float32(np.iinfo(frame.dtype).max / 255)
        to_part = compose(onto, shifted(here.left, here.top))
        pattern = self._pattern(_luma(part, to_part) / white, 1 / scale_of(onto), seconds) * white
        change = warp(pattern, inverse(to_part), here.width, here.height, border=0)
        if mask is not None:
            change *= here.seen_from(region).of(mask)[..., None]
        change += part
        np.rint(change, out=change)
        part[...] = np.clip(change, 0, np.iinfo(frame.dtype).max, out=change)

    def _pattern(self, luma: Floats, pixels: float, seconds: float) -> Floats:
        """(128, 128, 3): what is added to a face's square; a pixel of it is so many of the frame."""
        turn = 2 * np.pi * seconds / PERIOD
        gain = self.strength * float(np.clip((_LARGE / pixels) ** _FALL, _LEAST, _MOST)) * _bearing(luma)
        bright = (np.cos(turn) * laid("first", BRIGHT) + np.sin(turn) * laid("second", BRIGHT)) * gain
        return np.asarray(
            bright[..., None] + laid("still", BLUE)[..., None] * (self.strength * _BLUE * _OF_BLUE), np.float32
        )


def _luma(part: npt.NDArray[Sample], to_part: Matrix) -> Floats:
    """(128, 128): the brightness of a face's square, of every so manieth pixel: that will do for its roughness."""
    step = max(1, int(1 / scale_of(to_part)))
    few = np.ascontiguousarray(part[::step, ::step])
    return warp(few, compose(to_part, np.diag([step, step, 1.0])[:2]), SIDE, SIDE) @ _LUMA


def _bearing(luma: Floats) -> Floats:
    """(128, 128): how much of the pattern each place bears: the rougher it is, the more."""
    mean = uniform_filter(luma, _NEAR)
    spread = np.sqrt(np.maximum(uniform_filter(luma * luma, _NEAR) - mean * mean, 0))
    return np.asarray(np.minimum(_PLAIN + _ROUGH * spread, _ROUGHEST), np.float32)


def _overlap(one: Region, other: Region) -> Region:
    return Region(
        max(one.left, other.left), max(one.top, other.top), min(one.right, other.right), min(one.bottom, other.bottom)
    )

"""The invisible watermark: laid into a face while its frame is made.

Measured, it costs a whole frame less than 0.002 of SSIM. Within the face it costs more the smaller the face is, for
its waves are shorter: of brightness 0.0015 to 0.0022 at a width of 190 px and more, 0.003 to 0.005 at 110 px, and 0.012
to 0.025 at 70 px. Faces of less than 60 px seldom keep it once they are compressed, and more of it would be seen.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter

from omote.core.types import Floats, Region
from omote.imaging.blending import Sample, region_around
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, transform, warp
from omote.marking.pattern import BLUE, LUMA, PERIOD, RED, SIDE, Channel, edge, laid, to_square

# How much is laid into faces in which a pixel of the square is so many of the frame. Encoders keep less of small faces,
# and hardly any colour of the smallest; in large ones it is seen sooner. Of red and green eyes see more than of blue.
_PIXELS = (0.5, 0.75, 1.0, 1.5, 3.0)
_GAINS = {LUMA: (2.2, 2.0, 1.2, 0.45, 0.1), BLUE: (1.0, 1.6, 1.85, 1.3, 0.7), RED: (0.6, 1.0, 1.2, 0.8, 0.45)}
_SEEN = 5.5  # levels of 255: nothing is changed by more
_PLAIN, _ROUGH, _ROUGHEST = 0.7, 0.1, 2.0  # more where the picture itself is rough, in brightness per brightness
_NEAR = 7  # pixels of the square
_LUMA = np.array(LUMA.of, np.float32)


@dataclass(frozen=True, slots=True)
class Watermark:
    """Lays the pattern into faces.

    Attributes:
        strength: 1 is what was measured to be read back: a third of a step of brightness of 255, about, in a large
            face and two in a small one, and in colour one and a half.
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
        bearing = {LUMA: _bearing(luma)}
        laid_in = [
            _turned(channel, seconds) * float(np.interp(pixels, _PIXELS, much)) * bearing.get(channel, 1)
            for channel, much in _GAINS.items()
        ]
        steps = np.array([channel.step for channel in _GAINS], np.float32)
        return np.asarray(np.clip(self.strength * (np.stack(laid_in, -1) @ steps), -_SEEN, _SEEN), np.float32)


def _turned(channel: Channel, seconds: float) -> Floats:
    """(128, 128): what of the two patterns of a channel is laid at a time."""
    turn = 2 * np.pi * seconds / PERIOD
    first, second = (laid(name, channel.band) for name in channel.names)
    return np.asarray(float(np.cos(turn)) * first + float(np.sin(turn)) * second, np.float32)


def _luma(part: npt.NDArray[Sample], to_part: Matrix) -> Floats:
    """(128, 128): the brightness of a face's square, of every so manieth pixel: that will do for its roughness."""
    step = max(1, round(1 / scale_of(to_part)))
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

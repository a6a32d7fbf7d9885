"""The watermark's pattern, which is no secret, and the place in a face where it lies.

It is noise of a band of waves, drawn in the square of an aligned face, so it goes where the face goes: cropping,
scaling and cutting frames out do not change it there. In brightness and in both colours two patterns take turns, like
hands of a clock that are a quarter apart: what turns in that time is the mark, and what stands still is the face
itself. Eyes see least of the colours, and a face that moves changes them least; in small faces, of which encoders keep
hardly any colour, brightness carries the mark.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import Matrix, compose

SIDE = 128
"""Pixels across the square of an aligned face."""
PERIOD = 0.8
"""Seconds in which the patterns turn once. Faces move more slowly, and encoders keep less of what is faster."""

_CODE = "omote mark 1"
_FACE = 80  # pixels of the square that the mean face's unit square takes
_STEEP = 8
_MIDDLE, _REACH, _SOFT = (0.5, 0.52), (0.62, 0.68), 0.15  # of an oval in the mean face's unit square, and of its edge
_MOST = 2.5

Band = tuple[float, float]
"""Shortest and longest waves in pixels of the square: its half points."""
Spectrum = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Channel:
    """A quality of colour with the two patterns that are laid into it.

    Attributes:
        of: what of red, green and blue it is, as BT.601 has it.
        step: red, green and blue of one step of it, which leaves the other channels as they are.
        names: of the two patterns.
        band: in which they are laid: shorter waves are lost in a picture of half the size, and in colours, of which
            encoders keep every other pixel, sooner; longer ones are more like faces.
        wide: in which they are compared.
    """

    of: tuple[float, float, float]
    step: tuple[float, float, float]
    names: tuple[str, str]
    band: Band
    wide: Band


LUMA = Channel((0.299, 0.587, 0.114), (1.0, 1.0, 1.0), ("first", "second"), (10.0, 20.0), (7.0, 28.0))
BLUE = Channel(
    (-0.168736, -0.331264, 0.5), (0.0, -0.344136, 1.772), ("first blue", "second blue"), (20.0, 44.0), (15.0, 60.0)
)
RED = Channel(
    (0.5, -0.418688, -0.081312), (1.402, -0.714136, 0.0), ("first red", "second red"), (20.0, 44.0), (15.0, 60.0)
)
CHANNELS = (LUMA, BLUE, RED)


def to_square(landmarks: Floats) -> Matrix:
    """Return the map from the picture of a face with these (68, 2) points to the square."""
    margin = (SIDE - _FACE) / 2
    return compose(np.array([[_FACE, 0.0, margin], [0.0, _FACE, margin]]), alignment(landmarks))


@lru_cache(maxsize=1)
def window() -> Floats:
    """(128, 128): how much of the pattern is laid where: 1 inside the face, 0 outside, soft between."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5 - (SIDE - _FACE) / 2) / _FACE
    away = np.hypot((x - _MIDDLE[0]) / _REACH[0], (y - _MIDDLE[1]) / _REACH[1])
    return np.asarray(np.clip((1 - away) / _SOFT, 0, 1), np.float32)


def edge() -> Floats:
    """Return (64, 2) points of the square around all that `window` shows."""
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    oval = np.array(_MIDDLE) + np.array(_REACH) * np.stack([np.cos(turn), np.sin(turn)], 1)
    return np.asarray(oval * _FACE + (SIDE - _FACE) / 2, np.float32)


@lru_cache(maxsize=16)
def noise(name: str) -> npt.NDArray[np.float64]:
    """(128, 128) of -1 and 1, the same for a name on every machine."""
    data = hashlib.shake_128(f"{_CODE} {name}".encode()).digest(SIDE * SIDE // 8)
    return np.asarray(np.unpackbits(np.frombuffer(data, np.uint8)).reshape(SIDE, SIDE) * 2.0 - 1.0, np.float64)


@lru_cache(maxsize=8)
def passing(band: Band) -> npt.NDArray[np.float64]:
    """(128, 65): what a filter leaves of each wave, for `numpy.fft.rfft2`."""
    waves = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    short, long = (1 / (1 + (waves * wave) ** _STEEP) for wave in band)
    return np.asarray(short * (1 - long), np.float64)


def filtered(picture: npt.NDArray[np.floating], band: Band) -> npt.NDArray[np.float64]:
    """Return the waves of a band of a (…, 128, 128) picture."""
    return np.fft.irfft2(np.fft.rfft2(picture) * passing(band), (SIDE, SIDE))


@lru_cache(maxsize=16)
def spectrum(name: str, band: Band) -> Spectrum:
    """Return the (128, 65) spectrum of a pattern, as `numpy.fft.rfft2` gives it."""
    return np.asarray(np.fft.rfft2(noise(name)) * passing(band))


@lru_cache(maxsize=16)
def laid(name: str, band: Band) -> Floats:
    """(128, 128): a pattern as it is laid into a face: its mean square is 1 inside, and it ends softly."""
    waves = filtered(noise(name), band)
    inside = waves[window() > 0]
    even = np.clip(waves / np.sqrt(np.square(inside).mean()), -_MOST, _MOST)
    return np.asarray(even * window(), np.float32)

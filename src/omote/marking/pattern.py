"""The watermark's pattern, which is no secret, and the place in a face where it lies.

It is noise of a band of waves, drawn in the square of an aligned face, so it goes where the face goes: cropping,
scaling and cutting frames out do not change it there. Two patterns in brightness take turns, like hands of a clock that
are a quarter apart: what turns in that time is the mark, and what stands still is the face itself. A third, in the blue
of the picture, stands still, so that a single picture has a mark, too.
"""

import hashlib
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import Matrix, compose

SIDE = 128
"""Pixels across the square of an aligned face."""
PERIOD = 0.8
"""Seconds in which the two patterns in brightness turn once. Faces move more slowly, and encoders keep less of what is
faster."""
BRIGHT, BLUE = (10.0, 20.0), (8.0, 16.0)
"""Shortest and longest waves of the patterns in pixels of the square: shorter ones are lost in a picture of half the
size, and longer ones are more like faces."""

_CODE = "omote mark 1"
_FACE = 80  # pixels of the square that the mean face's unit square takes
_STEEP = 8
_MIDDLE, _REACH, _SOFT = (0.5, 0.52), (0.62, 0.68), 0.15  # of an oval in the mean face's unit square, and of its edge
_MOST = 2.5

Spectrum = npt.NDArray[np.complex128]


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


@lru_cache(maxsize=8)
def noise(name: str) -> npt.NDArray[np.float64]:
    """(128, 128) of -1 and 1, the same for a name on every machine."""
    data = hashlib.shake_128(f"{_CODE} {name}".encode()).digest(SIDE * SIDE // 8)
    return np.asarray(np.unpackbits(np.frombuffer(data, np.uint8)).reshape(SIDE, SIDE) * 2.0 - 1.0, np.float64)


@lru_cache(maxsize=8)
def passing(band: tuple[float, float]) -> npt.NDArray[np.float64]:
    """(128, 65): what a filter leaves of each wave, for `numpy.fft.rfft2`; the band's ends are its half points."""
    waves = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    short, long = (1 / (1 + (waves * wave) ** _STEEP) for wave in band)
    return np.asarray(short * (1 - long), np.float64)


def filtered(picture: npt.NDArray[np.floating], band: tuple[float, float]) -> npt.NDArray[np.float64]:
    """Return the waves of a band of a (…, 128, 128) picture."""
    return np.fft.irfft2(np.fft.rfft2(picture) * passing(band), (SIDE, SIDE))


def spectrum(name: str, band: tuple[float, float]) -> Spectrum:
    """Return the (128, 65) spectrum of a pattern, as `numpy.fft.rfft2` gives it."""
    return np.asarray(np.fft.rfft2(noise(name)) * passing(band))


@lru_cache(maxsize=4)
def laid(name: str, band: tuple[float, float]) -> Floats:
    """(128, 128): a pattern as it is laid into a face: its mean square is 1 inside, and it ends softly."""
    waves = filtered(noise(name), band)
    inside = waves[window() > 0]
    even = np.clip(waves / np.sqrt(np.square(inside).mean()), -_MOST, _MOST)
    return np.asarray(even * window(), np.float32)

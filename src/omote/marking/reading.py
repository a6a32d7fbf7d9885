"""The watermark read back: from faces seen at several times to how sure it is that the pattern is in them.

Each face is brought into the square in which the pattern was laid. What turns there in the pattern's time is taken out
of what stands still or drifts, weighed by how quiet its place is, and compared with the pattern, at all places, sizes,
turns and in the mirror near where the pattern should be, for a face is never found quite where it was.

How alike an unmarked face can look by chance is bounded for every face, whatever is in it: the pattern is made of
independent signs. In each comparison the likenesses to the patterns are sums of such signs with known weights, scaled
to a spread of one and without a part in common, so that their moments are at most those of as many independent normal
numbers (Hoeffding 1963), and Chernoff's bound holds for the sum of their squares. It is multiplied by the number of
comparisons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag
from scipy.ndimage import gaussian_filter

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Matrix, compose, shifted, warp
from omote.marking.pattern import (
    CHANNELS,
    PERIOD,
    SIDE,
    Band,
    Spectrum,
    filtered,
    passing,
    spectrum,
    to_square,
    window,
)

Map = npt.NDArray[np.float64]

CERTAIN = 1e-6
"""A mark is found where the chance that an unmarked file looks like it is below this."""

_REACH = 8  # pixels of the square to each side
_SIZES, _TURNS, _MIRRORED = (0.9, 0.95, 1.0, 1.05, 1.1), (-3.0, 0.0, 3.0), (False, True)
_COMPARISONS = len(_SIZES) * len(_TURNS) * len(_MIRRORED) * (2 * _REACH + 1) ** 2
_FREEDOM = 2 * len(CHANNELS)
_LEAST_TIMES, _LEAST_TURN = 10, 0.7  # samples, and periods that they span
_AROUND, _AROUND_REST = 6.0, 5.0  # pixels over which is looked how much goes on at a place
_LEAST_OWN, _LEAST_REST = 0.005, 0.001  # so much always goes on
_ROUNDS, _EVEN = 3, 0.3  # of weighing times, and how alike they stay at least, in shares of the middle one
_SLOWER = 0.4  # of the pattern's rate: what goes more slowly is taken out with what stands still


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A face at one time, in the square of the pattern.

    Attributes:
        seconds: when it is shown.
        square: (128, 128, 3) uint8.
    """

    seconds: float
    square: Picture


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of the watermark.

    Attributes:
        strength: sum of squares of how many times the spread by chance the likenesses are.
        chance: bound of the probability that an unmarked face gives so much.
        sights: of how many pictures.
    """

    strength: float
    chance: float
    sights: int

    @property
    def found(self) -> bool:
        """Whether the mark is there."""
        return self.chance < CERTAIN


def sight(frame: Picture, landmarks: Floats, seconds: float) -> Sight:
    """Return a face of a frame, with (68, 2) landmarks, as it is compared."""
    return Sight(seconds, warp(frame, to_square(landmarks), SIDE, SIDE))


def read(trails: Sequence[Sequence[Sight]]) -> Evidence:
    """Look for the watermark in faces that are marked alike; each trail has the sights of one face in one shot.

    Raises:
        ValueError: there are no sights.
    """
    sights = [each for trail in trails for each in trail]
    if not sights:
        raise ValueError("no face was seen")
    base = _base([np.array([each.seconds for each in trail]) for trail in trails if trail])
    squares = np.stack([each.square for each in sights])
    maps = [_weighed(*_turning(filtered(squares @ np.array(each.of), each.band), base)) for each in CHANNELS]
    strength = max(_likeness([[_moved(each, how) for each in pair] for pair in maps]) for how in _ways())
    return Evidence(strength, min(1.0, _COMPARISONS * _bound(strength, _FREEDOM)), len(sights))


def _bound(strength: float, freedom: int) -> float:
    """Return Chernoff's bound of the chance that so many independent normal numbers have such a sum of squares."""
    if strength <= freedom:
        return 1.0
    return float(np.exp((freedom - strength + freedom * np.log(strength / freedom)) / 2))


def _base(trails: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Return (N, 2 + K) changes over the times of trails, one trail after the other: the two that turn, then slow ones.

    Too few times, or too near each other, do not tell what turns from what stands still: then no slow ones.
    """
    times = np.concatenate(trails)
    turn = 2 * np.pi * times / PERIOD
    turning = np.stack([np.cos(turn), np.sin(turn)], 1)
    if len(times) < _LEAST_TIMES or sum(map(np.ptp, trails)) < _LEAST_TURN * PERIOD:
        return turning
    return np.concatenate([turning, block_diag(*map(_slow, trails))], 1)


def _slow(times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return (N, K) slow changes over N times, beginning with none."""
    count, span = len(times), float(np.ptp(times))
    place = (times - times[0]) / (span or 1.0)
    columns = [np.ones(count), place - 0.5]
    most = min(count // 4, 1 + int(2 * span * _SLOWER / PERIOD))
    columns += [np.cos(np.pi * (number - 1) * place) for number in range(2, 1 + most)]
    return np.stack(columns[: 1 + most], 1)


def _turning(waves: Map, base: npt.NDArray[np.float64]) -> tuple[Map, Map, Map]:
    """Return the two (128, 128) pictures that take turns in (N, 128, 128) waves, and the variance of what is left.

    By least squares, beside the slow changes of the base; times that fit ill count less, as a head that turns away or
    a small face among large ones. The variance is that of both pictures.
    """
    flat = waves.reshape(len(base), -1)
    if base.shape[1] == 2:  # nothing to tell them from: all that is seen, and its own power for what is left
        fit = 2 / len(base) * base.T @ flat
        rest = np.square(fit).sum(0)
    else:
        inside, trust = window().reshape(-1) > 0, np.ones((len(base), 1))
        for _ in range(_ROUNDS):
            fit = np.linalg.pinv(base * trust) @ (flat * trust)
            left = flat - base @ fit
            ill = np.square(left[:, inside]).mean(1, keepdims=True)
            trust = 1 / np.sqrt(ill + _EVEN * np.median(ill) + 1e-12)
            trust /= np.sqrt(np.square(trust).mean())
        rest = np.square(left * trust).mean(0) * 2 / len(base)
    return fit[0].reshape(SIDE, SIDE), fit[1].reshape(SIDE, SIDE), rest.reshape(SIDE, SIDE)


def _weighed(one: Map, other: Map, rest: Map) -> tuple[Map, Map]:
    """Return the two pictures, each place weighed: the less goes on there, the more, and outside the window nothing."""
    own = gaussian_filter(np.square(one) + np.square(other), _AROUND) + _LEAST_OWN
    quiet = window() / np.sqrt(own * (gaussian_filter(rest, _AROUND_REST) + _LEAST_REST))
    return one * quiet, other * quiet


@lru_cache(maxsize=1)
def _ways() -> tuple[Matrix, ...]:
    """Return the maps by which a face may lie otherwise in the square than it did."""
    ways = []
    for size, turn, mirrored in product(_SIZES, np.radians(_TURNS), _MIRRORED):
        across = -1.0 if mirrored else 1.0
        linear = size * np.array([[across * np.cos(turn), -np.sin(turn), 0], [across * np.sin(turn), np.cos(turn), 0]])
        ways.append(compose(shifted(SIDE / 2, SIDE / 2), compose(linear, shifted(-SIDE / 2, -SIDE / 2))))
    return tuple(ways)


def _moved(picture: Map, way: Matrix) -> Map:
    if np.allclose(way, np.eye(3)[:2]):
        return picture
    return warp(picture.astype(np.float32), way, SIDE, SIDE, border=0).astype(np.float64)


def _likeness(maps: Sequence[Sequence[Map]]) -> float:
    """Return the largest likeness near the middle: of the two pictures that take turns in each channel."""
    total = np.zeros((2 * _REACH + 1, 2 * _REACH + 1))
    for channel, pair in zip(CHANNELS, maps, strict=True):
        one, other = (np.fft.rfft2(each) for each in pair)
        first, second = (spectrum(name, channel.wide) for name in channel.names)
        across = _near_middle(one * np.conj(first) + other * np.conj(second))
        along = _near_middle(one * np.conj(second) - other * np.conj(first))
        total += (np.square(across) + np.square(along)) / _spread((one, other), channel.wide)
    return float(total.max())


def _near_middle(spectrum: Spectrum) -> Map:
    """Return the sums of pictures times patterns, moved by each of -8 to 8 pixels down and across."""
    near = np.arange(-_REACH, _REACH + 1)
    return np.fft.irfft2(spectrum, (SIDE, SIDE))[np.ix_(near, near)]


def _spread(pictures: Sequence[Spectrum], band: Band) -> float:
    """Return the variance of such a sum over patterns of independent signs: by Parseval, each wave but two twice."""
    power = sum(np.square(np.abs(each)) for each in pictures) * np.square(passing(band))
    return float(2 * power.sum() - power[:, 0].sum() - power[:, -1].sum()) / SIDE**2 + 1e-12

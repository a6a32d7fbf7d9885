"""The watermark read back: from faces seen at several times to how sure it is that the pattern is in them.

Each face is brought into the square in which the pattern was laid. What turns there in the pattern's time is taken out
of what stands still or drifts, weighed by how quiet its place is, and compared with the pattern, at all places, sizes,
turns and in the mirror near where the pattern should be, for a face is never found quite where it was.

How alike an unmarked face can look by chance is known exactly: the pattern is the sum of independent signs, so the sum
over a face has a known spread, and tails no heavier than those of a normal distribution (Hoeffding 1963). The chance
is multiplied by the number of comparisons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter
from scipy.stats import chi2

from omote.core.types import Floats, Picture
from omote.imaging.geometry import Matrix, compose, shifted, warp
from omote.marking.pattern import BLUE, BRIGHT, PERIOD, SIDE, Spectrum, filtered, passing, spectrum, to_square, window

Map = npt.NDArray[np.float64]

CERTAIN = 1e-6
"""A mark is found where the chance that an unmarked file looks like it is below this."""

_REACH = 8  # pixels of the square to each side
_SIZES, _TURNS, _MIRRORED = (0.95, 1.0, 1.05), (-3.0, 0.0, 3.0), (False, True)
_COMPARISONS = 2000  # fewer are independent: neighbours look alike
_LEAST_TIMES, _LEAST_TURN = 10, 1.2  # samples, and periods that they span
# The pattern is compared by its signs through wider filters than it was laid with: the face has passed those once.
_WIDE, _WIDE_BLUE = (7.0, 28.0), (6.0, 22.0)
_AROUND_LUMA, _AROUND_BLUE, _AROUND_REST = 6.0, 5.0, 5.0  # pixels over which is looked how much goes on at a place
_BREAK = 1.0  # seconds without a sight, after which a face may be another way
_SLOWER = 0.6  # of the pattern's rate: what goes more slowly is taken out with what stands still
_LUMA, _CB = np.array([0.299, 0.587, 0.114]), np.array([-0.168736, -0.331264, 0.5])


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
        strength: sum of squares of how many times the spread by chance the likeness is.
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


def read(sights: Sequence[Sight]) -> Evidence:
    """Look for the watermark in sights of one face, in order of time.

    Raises:
        ValueError: there are none.
    """
    if not sights:
        raise ValueError("no face was seen")
    squares = np.stack([each.square for each in sights]).astype(np.float64)
    times = np.array([each.seconds for each in sights])
    still = filtered(squares @ _CB, BLUE).mean(0)
    maps = [still * _quiet(gaussian_filter(np.square(still), _AROUND_BLUE) + 0.01)]
    if len(times) >= _LEAST_TIMES and np.ptp(times) >= _LEAST_TURN * PERIOD:
        one, other, rest = _turning(filtered(squares @ _LUMA, BRIGHT), times)
        own = gaussian_filter(np.square(one) + np.square(other), _AROUND_LUMA) + 0.02
        quiet = _quiet(np.sqrt(own * (gaussian_filter(rest, _AROUND_REST) + 0.005)))
        maps += [one * quiet, other * quiet]
    strength = max(_likeness([_moved(each, how) for each in maps]) for how in _ways())
    freedom = len(maps)
    return Evidence(strength, float(min(1, _COMPARISONS * chi2.sf(strength, freedom))), len(sights))


def _turning(waves: Map, times: npt.NDArray[np.float64]) -> tuple[Map, Map, Map]:
    """Return the two (128, 128) pictures that take turns in (N, 128, 128) waves, and the variance of what is left.

    By least squares, beside what stands still and what changes more slowly; the variance is that of both pictures.
    """
    count, turn = len(times), 2 * np.pi * times / PERIOD
    breaks = np.flatnonzero(np.diff(times) > _BREAK) + 1
    parts = [_slow(times, part) for part in np.split(np.arange(count), breaks)]
    base = np.concatenate([np.stack([np.cos(turn), np.sin(turn)], 1), *parts], 1)
    flat = waves.reshape(count, -1)
    fit, *_ = np.linalg.lstsq(base, flat, rcond=None)
    rest = np.square(flat - base @ fit).mean(0) * 2 / count
    return fit[0].reshape(SIDE, SIDE), fit[1].reshape(SIDE, SIDE), rest.reshape(SIDE, SIDE)


def _slow(times: npt.NDArray[np.float64], part: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """Return (N, K) slow changes over a part of N times that has no breaks, beginning with none; 0 elsewhere."""
    count, span = len(part), float(np.ptp(times[part]))
    slow = np.zeros((len(times), 1 + min(count // 4, 2 + int(2 * span * _SLOWER / PERIOD))))
    slow[part, 0] = 1
    if slow.shape[1] > 1:
        place = (times[part] - times[part[0]]) / span
        slow[part, 1] = place - 0.5
        for number in range(2, slow.shape[1]):
            slow[part, number] = np.cos(np.pi * (number - 1) * place)
    return slow


def _quiet(energy: Map) -> Map:
    """Return what each place counts: the less goes on there, the more; outside of the pattern's window nothing."""
    return np.asarray(window() / energy, np.float64)


def _ways() -> list[Matrix]:
    """Return the maps by which a face may lie otherwise in the square than it did."""
    ways = []
    for size, turn, mirrored in product(_SIZES, np.radians(_TURNS), _MIRRORED):
        across = -1.0 if mirrored else 1.0
        linear = size * np.array([[across * np.cos(turn), -np.sin(turn), 0], [across * np.sin(turn), np.cos(turn), 0]])
        ways.append(compose(shifted(SIDE / 2, SIDE / 2), compose(linear, shifted(-SIDE / 2, -SIDE / 2))))
    return ways


def _moved(picture: Map, way: Matrix) -> Map:
    if np.allclose(way, np.eye(3)[:2]):
        return picture
    return warp(picture.astype(np.float32), way, SIDE, SIDE, border=0).astype(np.float64)


def _likeness(maps: Sequence[Map]) -> float:
    """Return the largest likeness near the middle: of the still map, and of the two that take turns where there are."""
    still, *turning = (np.fft.rfft2(each) for each in maps)
    alike = _with(still, spectrum("still", _WIDE_BLUE)) / np.sqrt(_spread([still], _WIDE_BLUE))
    total = np.square(np.maximum(alike, 0))
    if turning:
        one, other = turning
        first, second = spectrum("first", _WIDE), spectrum("second", _WIDE)
        across = _with(one, first) + _with(other, second)
        along = _with(one, second) - _with(other, first)
        total += (np.square(across) + np.square(along)) / _spread(turning, _WIDE)
    return float(total.max())


def _with(picture: Spectrum, pattern: Spectrum) -> Map:
    """Return the sums of a picture times the pattern, moved by each of -8 to 8 pixels down and across."""
    sums = np.fft.irfft2(picture * np.conj(pattern), (SIDE, SIDE))
    near = np.arange(-_REACH, _REACH + 1)
    return sums[np.ix_(near, near)]


def _spread(pictures: Sequence[Spectrum], band: tuple[float, float]) -> float:
    """Return the variance of such a sum over patterns of independent signs."""
    return float(sum(np.square(np.fft.irfft2(each * passing(band), (SIDE, SIDE))).sum() for each in pictures)) + 1e-12

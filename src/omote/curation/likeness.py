"""Whether two face pictures are the same picture, or two moments that look alike.

A copy differs from its original by where its points were found, by light, and by blur: a shift, a turn and a scale, a
gain and an offset, and the picture's own Laplacian. What is left when those are taken out, measured where it is most,
is what tells a copy from another moment. Measured on talking heads, as shares of the face's contrast:

* frames that stand still, encoded by x264: up to 0.04 (crf 23) and 0.07 (crf 30); a JPEG of quality 50: up to 0.02;
* the next frame of a talking head: 0.07 to 0.25 in half of all cases, under 0.03 in one of forty;
* a copy at half the size or at crf 36: 0.14 to 0.30, as much as the next frame.

So two limits: pictures that may be frames of one shot are the same only where nothing moved at all, and a copy must be
one of another source, or of another size.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import correlate1d, laplace, uniform_filter

from omote.core.types import Floats
from omote.imaging.geometry import Matrix, compose, shifted, warp

_MARGIN = 3  # pixels left out at the border, where registering brings in what the crop does not show
_WINDOW = 6  # pixels: where a difference is looked for; an eye or half a mouth
_SOFT = np.array([1, 4, 6, 4, 1], np.float32) / 16
_STEPS = 3  # of registering; what is left then is a hundredth of a pixel


@dataclass(frozen=True, slots=True)
class Difference:
    """What is left between two prints once they lie on each other, as shares of the first one's contrast.

    Attributes:
        whole: root mean square over all of it.
        worst: the same in the window of 6 by 6 pixels where it is most.
    """

    whole: float
    worst: float


def softened(prints: npt.NDArray[np.uint8]) -> Floats:
    """Return (N, S, S) prints as numbers, without the finest detail, which codecs and sizes change most."""
    soft: Floats = prints.astype(np.float32)
    for axis in (1, 2):
        soft = correlate1d(soft, _SOFT, axis, mode="nearest")
    return soft


class Pattern:
    """A print that others are laid on.

    Args:
        face: (S, S) float32, softened.
    """

    def __init__(self, face: Floats) -> None:
        size = len(face)
        self._contrast = max(float(face.std()), 1.0)
        down, right = (np.asarray(way, np.float32) for way in np.gradient(face))
        y, x = (np.mgrid[:size, :size] - (size - 1) / 2).astype(np.float32)
        ways = (
            right, down, x * right + y * down, x * down - y * right, laplace(face), face, np.ones_like(face),
        )  # fmt: skip
        self._ways = np.stack([_inner(way).ravel() for way in ways], 1).astype(np.float64)
        # By the normal equations, and with a trace of the identity, so that a plain picture can be solved, too.
        gram = self._ways.T @ self._ways
        self._solve = np.linalg.solve(gram + 1e-9 * np.trace(gram) * np.eye(len(gram)), self._ways.T)

    def difference(self, other: Floats) -> Difference:
        """Lay another (S, S) print on this one and return what differs."""
        size = len(other)
        onto: Matrix = np.eye(3)[:2]
        for step in range(_STEPS):
            laid = _inner(other if step == 0 else warp(other, onto, size, size)).ravel()
            found = self._solve @ laid
            gain = max(float(found[5]), 0.1)  # of a picture that is quite another it may be anything
            if step < _STEPS - 1:
                onto = compose(_moved(np.asarray(found[:4] / gain, np.float64), size), onto)
        left = (laid - self._ways @ found) / (gain * self._contrast)
        inner = size - 2 * _MARGIN
        around = uniform_filter(np.square(left).reshape(inner, inner), _WINDOW, mode="nearest")
        return Difference(float(np.sqrt(np.square(left).mean())), float(np.sqrt(around.max())))


def _moved(by: npt.NDArray[np.float64], size: int) -> Matrix:
    """Return the map that takes back a shift, a scale and a turn found by a linear fit, about the middle."""
    # What is seen at x is the pattern at x + d, with d = shift + scale x + turn (−y, x): it belongs at x + d.
    right, down, scale, turn = np.clip(by, (-4, -4, -0.1, -0.1), (4, 4, 0.1, 0.1))
    turned = np.array([[1 + scale, -turn, right], [turn, 1 + scale, down]])
    middle = size / 2
    return compose(shifted(middle, middle), compose(turned, shifted(-middle, -middle)))


def _inner(picture: Floats) -> Floats:
    return picture[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]

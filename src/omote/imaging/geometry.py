"""Affine maps and warps. The one place that knows how OpenCV counts pixels.

omote's coordinates put the origin at the top-left *corner* of the top-left pixel, whose centre is then (0.5, 0.5).
OpenCV's put it at that pixel's centre. `warp` translates; no other file needs to think of it.
"""

from math import ceil
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

Pixel = TypeVar("Pixel", np.uint8, np.uint16, np.float32)
_LARGEST = 8192  # pixels a side of what is averaged, so that no map, however wrong, can fill the memory
_SMALL = 1024**2  # pixels, once enlarged
Matrix = npt.NDArray[np.float64]
"""(2, 3): maps column vectors (x, y, 1)."""


def similarity(source: npt.ArrayLike, target: npt.ArrayLike) -> Matrix:
    """Return the rotation, uniform scale and shift that bring one set of points nearest to another.

    The least-squares solution of Umeyama (1991) for two dimensions, without reflection; points as complex numbers
    turn its SVD into one division.

    Args:
        source: (N, 2), N ≥ 2, not all in one place.
        target: (N, 2).

    Raises:
        ValueError: all source points coincide.
    """
    a, b = (np.asarray(points, np.float64) @ (1, 1j) for points in (source, target))
    centred = a - a.mean()
    energy = np.vdot(centred, centred).real
    if energy == 0:
        raise ValueError("all source points coincide")
    turn = np.vdot(centred, b - b.mean()) / energy
    shift = b.mean() - turn * a.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def compose(last: Matrix, first: Matrix) -> Matrix:
    """Return the map that does `first` and then `last`."""
    return np.asarray(last @ np.vstack([first, (0, 0, 1)]), np.float64)


def inverse(matrix: Matrix) -> Matrix:
    """Return the map back.

    Raises:
        numpy.linalg.LinAlgError: the map flattens the plane.
    """
    linear = np.linalg.inv(matrix[:, :2])
    return np.hstack([linear, -linear @ matrix[:, 2:]])


def shifted(x: float, y: float) -> Matrix:
    """Return the map that moves by x and y pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def transform(points: npt.ArrayLike, matrix: Matrix) -> Floats:
    """Map (N, 2) points."""
    return (np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def scale_of(matrix: Matrix) -> float:
    """Return how many target pixels one source pixel becomes along a side (square root of the area's change)."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))


def angle_of(matrix: Matrix) -> float:
    """Return the turn of a similarity in degrees, clockwise in the picture positive."""
    return float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))


def warp(
    picture: npt.NDArray[Pixel], matrix: Matrix, width: int, height: int, *, border: int = cv2.BORDER_REPLICATE
) -> npt.NDArray[Pixel]:
    """Resample a picture through a map from its coordinates to those of the result.

    Bicubic when it enlarges: a small float picture by a whole factor along its rows and columns, and then bilinear,
    which takes a third less time and comes as near to Lanczos' way. When it shrinks, the result is first made k times
    too large and then averaged over k × k pixels, so that fine detail does not alias; k ends where that would take more
    than 8192 pixels a side.

    Args:
        picture: (H, W) or (H, W, C), uint8, uint16 or float32.
        matrix: picture → result.
        width: of the result.
        height: of the result.
        border: what lies outside, OpenCV's name for it.
    """
    scale, (rows, columns) = scale_of(matrix), picture.shape[:2]
    more = ceil(scale) if scale > 1 and picture.dtype == np.float32 else 1
    if more > 1 and rows * columns * more**2 <= _SMALL:
        large = cv2.resize(picture, (columns * more, rows * more), interpolation=cv2.INTER_CUBIC)
        to_cv = _of_cv(compose(matrix, np.diag([1 / more, 1 / more, 1.0])[:2]))
        return np.asarray(cv2.warpAffine(large, to_cv, (width, height), flags=cv2.INTER_LINEAR, borderMode=border))
    k = max(1, min(round(1 / scale), _LARGEST // max(width, height)))
    to_cv = _of_cv(compose(np.diag([k, k, 1.0])[:2], matrix))
    flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    large = cv2.warpAffine(picture, to_cv, (width * k, height * k), flags=flags, borderMode=border)
    small = large if k == 1 else cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, picture.dtype)


def _of_cv(matrix: Matrix) -> Matrix:
    """Return the map between pixels as OpenCV counts them."""
    return compose(shifted(-0.5, -0.5), compose(matrix, shifted(0.5, 0.5)))


def resize(picture: npt.NDArray[Pixel], width: int, height: int) -> npt.NDArray[Pixel]:
    """Scale a picture to a size: averaged when it shrinks, bicubic when it grows."""
    shrinks = width * height < picture.shape[0] * picture.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=how), picture.dtype)

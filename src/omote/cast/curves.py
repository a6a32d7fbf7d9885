"""Smooth curves that shapes and paint are made of. Knows numbers only, nothing of heads."""

from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

Numbers = npt.NDArray[np.floating[Any]]
"""Numbers of any precision; what is made of them is float32."""


def through(knots: tuple[tuple[float, float], ...], x: Numbers) -> Floats:
    """Smooth curve (natural cubic spline) through knots, flat beyond the outermost ones.

    Args:
        knots: (x, value) pairs in rising order of x, at least three.
        x: where to look, any shape.

    Returns:
        float32 of the shape of `x`.
    """
    xs, ys = np.array(knots, np.float64).T
    step = np.diff(xs)
    slope = np.diff(ys) / step
    n = len(xs)
    system = np.eye(n)
    for i in range(1, n - 1):
        system[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
    bend = np.linalg.solve(system, np.concatenate([[0], 6 * np.diff(slope), [0]]))
    at = np.clip(x.astype(np.float64), xs[0], xs[-1])
    left = np.clip(np.searchsorted(xs, at, side="right") - 1, 0, n - 2)
    t, u, h = at - xs[left], xs[left + 1] - at, step[left]
    cubic = (bend[left] * u**3 + bend[left + 1] * t**3) / (6 * h)
    line = (ys[left] / h - bend[left] * h / 6) * u + (ys[left + 1] / h - bend[left + 1] * h / 6) * t
    return np.asarray(cubic + line, np.float32)


def rise(start: float, end: float, x: Numbers) -> Floats:
    """Soft step from 0 at `start` to 1 at `end`; `start` may lie above `end`."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def bump(*offsets: Numbers) -> Floats:
    """Round hill: exp(-sum of squares); each offset is a distance in units of the hill's width."""
    total = offsets[0] * offsets[0]
    for offset in offsets[1:]:
        total = total + offset * offset
    return np.asarray(np.exp(-total), np.float32)


def dome(x: Numbers, power: float = 2.0, root: float = 0.5) -> Floats:
    """Arch over -1..1: (1 - |x|^power)^root inside, 0 outside."""
    return np.asarray(np.clip(1 - np.abs(x) ** power, 0, None) ** root, np.float32)

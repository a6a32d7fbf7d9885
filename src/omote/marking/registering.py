"""A face's sights brought onto each other by what they show: landmarks jitter, and a coarse picture misleads them.

The watermark lies where the face was, so the nearer the sights of a face lie to each other, the less of the face itself
looks like a change. Each is moved, turned and scaled onto the middle one of all, from coarse to fine, by least squares
on the difference of brightness (Lucas and Kanade 1981), with light and contrast free and places that changed counting
little, as a mouth that talks. What does not come near stays where it was.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from omote.core.types import Floats
from omote.imaging.geometry import Matrix, Pixel, compose, scale_of, shifted, warp
from omote.marking.pattern import LUMA, SIDE, window
from omote.marking.reading import Sight

_LEAST = 3  # sights, of which there is a middle one
_BLURS = (6.0, 3.0, 1.5)  # pixels
_STEPS = 4
_CHANGED = 12.0  # levels of brightness: a place that differs so counts half
_NEAR = 0.05  # pixels: nearer it is not brought
_FAR, _SIZE = 24.0, 0.2  # pixels and share of the size: farther it has not found its place
_STILL = np.eye(3)[:2]


def registered(sights: Sequence[Sight]) -> list[Sight]:
    """Return a face's sights of one shot, moved onto each other."""
    if len(sights) < _LEAST:
        return list(sights)
    grey = [each.square.astype(np.float32) @ np.array(LUMA.of, np.float32) for each in sights]
    maps = [_STILL] * len(sights)
    for blur in _BLURS:
        soft = [np.asarray(gaussian_filter(each, blur), np.float32) for each in grey]
        middle = np.median([_moved(each, how) for each, how in zip(soft, maps, strict=True)], axis=0)
        lean = _leanings(middle)
        maps = [_nearer(each, how, middle, lean) for each, how in zip(soft, maps, strict=True)]
    return [replace(each, square=_moved(each.square, how)) for each, how in zip(sights, maps, strict=True)]


def _leanings(picture: Floats) -> npt.NDArray[np.float64]:
    """(128 · 128, 6): how a picture changes as it moves across and down, grows, turns, gains contrast and light."""
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5 - SIDE / 2
    down, across = np.gradient(picture.astype(np.float64))
    changes = [across, down, across * x + down * y, down * x - across * y, picture / (SIDE / 2), np.ones_like(across)]
    return np.stack(changes, -1).reshape(-1, len(changes))


def _nearer(picture: Floats, how: Matrix, middle: Floats, lean: npt.NDArray[np.float64]) -> Matrix:
    """Return a map that brings a picture nearer to the middle one than a map does; that map where none is found."""
    found, inside = how, window().reshape(-1)
    for _ in range(_STEPS):
        apart = (_moved(picture, found) - middle).reshape(-1)
        counted = lean * (inside / (1 + np.square(apart / _CHANGED)))[:, None]
        across, down, grow, turn, *_ = np.linalg.solve(counted.T @ lean + np.eye(lean.shape[1]), counted.T @ apart)
        step = np.array([[1 + grow, -turn, across], [turn, 1 + grow, down]])
        found = compose(shifted(SIDE / 2, SIDE / 2), compose(step, compose(shifted(-SIDE / 2, -SIDE / 2), found)))
        if np.hypot(across, down) < _NEAR:
            break
    away = found @ (SIDE / 2, SIDE / 2, 1) - SIDE / 2
    return found if np.abs(away).max() < _FAR and abs(scale_of(found) - 1) < _SIZE else how


def _moved(picture: npt.NDArray[Pixel], how: Matrix) -> npt.NDArray[Pixel]:
    return picture if how is _STILL else warp(picture, how, SIDE, SIDE)

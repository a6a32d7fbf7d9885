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
from omote.imaging.geometry import Matrix, compose, inverse, scale_of, shifted, warp
from omote.marking.pattern import LUMA, SIDE, window
from omote.marking.reading import Sight

_LEAST = 3  # sights, of which there is a middle one
_BLURS = (6.0, 3.0, 1.5)  # pixels
_STEPS = 4
_CHANGED = 12.0  # levels of brightness: a place that differs so counts half
_NEAR = 0.05  # pixels: nearer it is not brought
_FAR, _SIZE = 24.0, 0.2  # pixels and share of the size: farther it has not found its place
_SLOW = 0.6  # seconds
_STILL = np.eye(3)[:2]


def registered(sights: Sequence[Sight]) -> list[Sight]:
    """Return a face's sights of one shot, moved onto each other."""
    return _brought(sights, _onto_each_other(sights))


def steadied(sights: Sequence[Sight]) -> list[Sight]:
    """Return a face's sights of one shot without jitter: where they go together, slowly, as a head that turns, is left.

    That is how the mark was laid where points go with the head and not with what is seen of it.
    """
    maps, times = _onto_each_other(sights), np.array([each.seconds for each in sights])
    near = np.exp(-np.square((times[:, None] - times) / _SLOW) / 2)
    slow = np.tensordot(near / near.sum(1, keepdims=True), maps, 1)
    return _brought(sights, [compose(inverse(late), how) for late, how in zip(slow, maps, strict=True)])


def _brought(sights: Sequence[Sight], maps: Sequence[Matrix]) -> list[Sight]:
    return [
        each if np.allclose(how, _STILL) else replace(each, square=warp(each.square, how, SIDE, SIDE))
        for each, how in zip(sights, maps, strict=True)
    ]


def _onto_each_other(sights: Sequence[Sight]) -> list[Matrix]:
    """Return for each sight the map that brings it onto the middle one."""
    maps = [_STILL] * len(sights)
    if len(sights) < _LEAST:
        return maps
    grey = [each.square.astype(np.float32) @ np.array(LUMA.of, np.float32) for each in sights]
    for blur in _BLURS:
        soft = [np.asarray(gaussian_filter(each, blur), np.float32) for each in grey]
        middle = np.median([_moved(each, how) for each, how in zip(soft, maps, strict=True)], axis=0)
        lean = _leanings(middle)
        maps = [_nearer(each, how, middle, lean) for each, how in zip(soft, maps, strict=True)]
    return maps


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


def _moved(picture: Floats, how: Matrix) -> Floats:
    return picture if how is _STILL else warp(picture, how, SIDE, SIDE)

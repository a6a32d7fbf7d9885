"""Bringing a picture's sharpness to another's: by a blur when it is sharper, by sharpening when it is softer."""

from collections.abc import Callable

import cv2
import numpy as np

from omote.core.types import Floats
from omote.imaging.sharpening import sharpened

_WIDEST = 6.0  # sigma in pixels
_TRIES = 7
_RADIUS, _MOST = 1.0, 1.0


def find_detail(face: Floats, plate: Floats, mask: Floats, grain: float = 0.0) -> Floats:
    """Return what makes a face as sharp as the plate under it.

    Compared is how much of the detail of the two finest octaves is of the finest: it falls when a picture is blurred,
    and does not depend on contrast.

    Args:
        face: (H, W) brightness 0..1.
        plate: (H, W) the same, what the face will cover.
        mask: (H, W); only where it is above 1/2 is looked.
        grain: variance of the plate's noise of single pixels, which is no sharpness.

    Returns:
        (2,): sigma of a Gaussian to blur the face with, and amount of a sharpening of radius 1, at most 1: beyond it
        halos are seen. One of them is 0; both where there is nothing to compare.
    """
    inside = mask > 0.5
    if inside.sum() < 64:
        return np.zeros(2, np.float32)
    goal, own = _finest(plate, inside, grain), _finest(face, inside)
    if goal is None or own is None:
        return np.zeros(2, np.float32)
    if own > goal:
        sigma = _where(lambda sigma: (_finest(_blurred(face, sigma), inside) or 0) <= goal, _WIDEST)
        return np.array([sigma, 0], np.float32)
    amount = _where(lambda amount: (_finest(_lifted(face, amount), inside) or 0) >= goal, _MOST)
    return np.array([0, amount], np.float32)


def match_detail(face: Floats, found: Floats) -> Floats:
    """Blur and sharpen an (H, W, 3) face 0..1 by the (2,) of `find_detail`."""
    sigma, amount = (float(part) for part in found)
    if sigma > 0.1:  # a narrower one changes nothing
        face = _blurred(face, sigma)
    return _lifted(face, amount) if amount > 0 else face


def _where(enough: Callable[[float], bool], most: float) -> float:
    """Return the least number up to `most` that is enough, by halving."""
    low, high = 0.0, most
    for _ in range(_TRIES):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _lifted(picture: Floats, amount: float) -> Floats:
    return sharpened(picture, "gaussian", _RADIUS, amount)


def _finest(grey: Floats, inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], noise: float = 0.0) -> float | None:
    """Return the finest octave's share of the energy of the two finest, 0 to below 1; None where there is none."""
    once, twice = _blurred(grey, 1), _blurred(grey, 2)
    # A Gaussian of sigma s leaves 1 / (4 pi s²) of white noise's variance; what is left is in step with the noise.
    kept, wider = 1 / (4 * np.pi), 1 / (16 * np.pi)
    shared_once, shared_both = 1 / (2 * np.pi), 1 / (10 * np.pi)
    finest = float(np.square(grey - once)[inside].mean()) - noise * (1 + kept - 2 * shared_once)
    next_ = float(np.square(once - twice)[inside].mean()) - noise * (kept + wider - 2 * shared_both)
    finest, next_ = max(finest, 0.0), max(next_, 0.0)
    return finest / (finest + next_) if next_ > 1e-9 else None


def _blurred(picture: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)

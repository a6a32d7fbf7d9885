"""Face masks from the 68 points, and what is done to a mask's edge. Masks are (H, W) float32, 0 to 1."""

from collections.abc import Callable, Sequence
from typing import Literal

import cv2
import numpy as np

from omote.core.types import Floats
from omote.imaging.geometry import resize
from omote.imaging.landmarks import JAW, LEFT_BROW, LEFT_EYE, MOUTH, NOSE, RIGHT_BROW, RIGHT_EYE

MaskName = Literal["components", "extended"]
Feather = Literal["gaussian", "box"]

_SUBPIXEL_BITS = 4
_LARGEST, _FINEST = 2048, 4


def components(landmarks: Floats) -> list[Floats]:
    """Return the parts of a face whose hulls cover it up to the brows: jaw sides, brows, nose, chin."""
    right, left = landmarks[RIGHT_BROW], landmarks[LEFT_BROW]
    return _parts(landmarks, right, left)


def extended(landmarks: Floats) -> list[Floats]:
    """Return the parts as `components`, with the brows lifted by half their distance to the eyes: some forehead."""
    right = _lifted(landmarks[RIGHT_BROW], landmarks[RIGHT_EYE])
    left = _lifted(landmarks[LEFT_BROW], landmarks[LEFT_EYE])
    return _parts(landmarks, right, left)


HULLS: dict[MaskName, Callable[[Floats], list[Floats]]] = {"components": components, "extended": extended}


def face_mask(landmarks: Floats, width: int, height: int, name: MaskName = "extended") -> Floats:
    """Draw a face's mask.

    Args:
        landmarks: (68, 2) in pixels of the mask.
        width: of the mask.
        height: of the mask.
        name: how far up it goes.
    """
    return _drawn(HULLS[name](landmarks), width, height)


def area_mask(landmarks: Floats, width: int, height: int, areas: Sequence[slice], *, grow: float, soft: int) -> Floats:
    """Draw the hulls of some parts of a face, eyes or mouth say, each by itself.

    Args:
        landmarks: (68, 2) in pixels of the mask.
        width: of the mask.
        height: of the mask.
        areas: which of the 68 points make each hull.
        grow: pixels by which its edge moves out, rounded to 1/8.
        soft: side in pixels of the Gaussian that blurs the edge, odd; 1: none. Its sigma is 0.15 of that and 0.35 more.
    """
    mask = _drawn([landmarks[area] for area in areas], width, height, grow)
    # Bounded: the blur's weights sum to a hair more than 1.
    return mask if soft == 1 else np.asarray(np.minimum(cv2.GaussianBlur(mask, (soft, soft), 0), 1), np.float32)


def eroded(mask: Floats, pixels: float) -> Floats:
    """Draw a mask's edge in by some pixels (rounded), or out where they are negative."""
    radius = round(abs(pixels))
    if radius == 0:
        return mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    change = cv2.erode if pixels > 0 else cv2.dilate
    return np.asarray(change(mask, disc, borderType=cv2.BORDER_CONSTANT, borderValue=0), np.float32)


def eroded_sides(mask: Floats, top: float, bottom: float, left: float, right: float) -> Floats:
    """Draw single edges of a mask in by some pixels (rounded), or out where they are negative."""
    for pixels, across, first in ((top, 1, True), (bottom, 1, False), (left, 0, True), (right, 0, False)):
        reach = round(abs(pixels))
        if reach == 0:
            continue
        line = np.ones((reach + 1, 1) if across else (1, reach + 1), np.uint8)
        # What draws the first edge in looks back, and so does what draws the last edge out.
        end = reach if first == (pixels > 0) else 0
        change = cv2.erode if pixels > 0 else cv2.dilate
        anchor = (0, end) if across else (end, 0)
        mask = np.asarray(change(mask, line, anchor=anchor, borderType=cv2.BORDER_CONSTANT, borderValue=0), np.float32)
    return mask


def thresholded(mask: Floats, limit: float) -> Floats:
    """Make a mask firmer: up to `limit` (0 to 0.5) it becomes 0, from 1 - `limit` on 1, in between it rises evenly."""
    if limit <= 0:
        return mask
    room = max(1 - 2 * limit, 1e-6)
    return np.asarray(np.clip((mask - np.float32(limit)) / np.float32(room), 0, 1), np.float32)


def feathered(mask: Floats, pixels: float, kind: Feather = "gaussian") -> Floats:
    """Soften a mask's edge inwards over some pixels: 0 where the mask was 0, 1 where it is deeper than that.

    Args:
        mask: (H, W) 0..1; beyond its picture it is taken for 0.
        pixels: from where it is 0 to where it is 1.
        kind: gaussian: by a Gaussian of sigma pixels / 4; box: by the mean over a square of so many pixels a side,
            rounded to the next odd number, which gives a straight edge a straight ramp.
    """
    if pixels <= 0:
        return mask
    inner = eroded(mask, pixels / 2)
    if kind == "box":
        side = 2 * round(pixels / 2) + 1
        soft = cv2.blur(inner, (side, side), borderType=cv2.BORDER_CONSTANT)
    else:
        soft = cv2.GaussianBlur(inner, (0, 0), pixels / 4, borderType=cv2.BORDER_CONSTANT)
    # Both blurs may pass 1 by a rounding.
    return np.asarray(np.minimum(soft, mask), np.float32)


def _parts(landmarks: Floats, right: Floats, left: Floats) -> list[Floats]:
    jaw, nose, mouth = landmarks[JAW], landmarks[NOSE], landmarks[MOUTH]
    brows = np.concatenate([right, left])
    return [
        np.concatenate([jaw[:9], right, nose[:1]]),
        np.concatenate([jaw[8:], left, nose[:1]]),
        np.concatenate([brows, nose]),
        np.concatenate([jaw[4:13], nose[4:], mouth]),
    ]


def _lifted(brow: Floats, eye: Floats) -> Floats:
    away: Floats = brow.mean(0) - eye.mean(0)
    return brow + away * np.float32(0.5)


def _drawn(parts: Sequence[Floats], width: int, height: int, grow: float = 0.0) -> Floats:
    mask = np.zeros((height, width), np.float32)
    # Only where the parts are: most of a crop is no eye.
    points = np.concatenate(parts)
    left, top = np.clip(np.floor(points.min(0) - grow - 1), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(points.max(0) + grow + 1), 0, (width, height)).astype(int)
    if right <= left or bottom <= top:
        return mask
    # Drawn larger and averaged: OpenCV's own soft lines make a shape half a pixel too large all around.
    k = int(np.clip(_LARGEST // max(width, height), 1, _FINEST))
    # A multiple of k², so that the mean over k × k bytes is exact.
    full = 255 // k**2 * k**2
    canvas = np.zeros(((bottom - top) * k, (right - left) * k), np.uint8)
    for part in parts:
        # OpenCV's pixel centres are whole numbers, ours are halves.
        hull = (cv2.convexHull(part).astype(np.float64) - (left, top)) * k - 0.5
        corners = np.round(hull * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillConvexPoly(canvas, corners, full, shift=_SUBPIXEL_BITS)
        if grow > 0:
            cv2.polylines(canvas, [corners], True, full, max(1, round(2 * grow * k)), shift=_SUBPIXEL_BITS)
    mask[top:bottom, left:right] = resize(canvas, right - left, bottom - top) / np.float32(full)
    return mask

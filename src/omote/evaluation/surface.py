"""What a swap does to the pixels of a frame: around the face, at the edge of what changed, and to the detail inside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, label, maximum_filter, uniform_filter

from omote.core.types import Floats, Picture, Region
from omote.evaluation.measures import Measure, measured
from omote.imaging.crops import corners, crop_matrix
from omote.imaging.landmarks import eye_distance
from omote.imaging.masks import area_mask, eroded, face_mask

SWAPPED, DETAIL = "frames swapped", "sharpness match"
_SQUARE = 64  # any side: only its corners are used
_ROOM = 0.1  # of the head's square, around it
_NEAR = 9  # pixels a side over which a change is averaged before it is one
_CODEC = 95  # percentile of such changes elsewhere
_LEAST, _UNKNOWN = 2.0, 4.0  # levels beyond what the codec changes; levels where nothing shows what it does
_EDGE = 2  # pixels to each side of the edge
_INSIDE = 0.05  # of the eyes' distance
_FEWEST = 32  # pixels that say something
_FLAT = 0.25  # levels of detail that even a flat face is taken to have, since levels are whole

_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Surface:
    """What is measured in one frame; NaN where there is nothing to measure.

    Attributes:
        background: mean difference outside of all heads, in levels of 255.
        swapped: whether the face changed by more than the codec changes elsewhere.
        seam: mean steepness, in levels a pixel, of the difference along the edge of what changed.
        detail: the finest detail inside the face, result over plate.
    """

    background: float
    swapped: bool
    seam: float
    detail: float


def head(landmarks: Floats) -> Region:
    """Return the upright rectangle around a head, (68, 2) landmarks, that a swap of its face stays within."""
    square = corners(crop_matrix(landmarks, _SQUARE, "head"), _SQUARE)
    low, high = square.min(0), square.max(0)
    low, high = low - _ROOM * (high - low), high + _ROOM * (high - low)
    return Region(*(int(each) for each in (*np.floor(low), *np.ceil(high))))


def surface(plate: Picture, result: Picture, face: Floats, others: Sequence[Floats] = ()) -> Surface:
    """Measure one swapped face.

    Args:
        plate: (H, W, 3) uint8.
        result: the same size.
        face: (68, 2) landmarks in the plate.
        others: those of the other faces, which are no background.
    """
    height, width = plate.shape[:2]
    away = np.abs(np.subtract(result, plate, dtype=np.int16)).mean(2, dtype=np.float32)
    elsewhere = np.ones((height, width), np.bool_)
    for each in (face, *others):
        head(each).within(width, height).of(elsewhere)[:] = False
    background = float(away[elsewhere].mean()) if elsewhere.sum() >= _FEWEST else float("nan")
    near = head(face).within(width, height)
    if min(near.width, near.height) == 0:
        return Surface(background, swapped=False, seam=float("nan"), detail=float("nan"))
    limit = _limit(away, elsewhere)
    before, after = (near.of(each).mean(2, dtype=np.float32) for each in (plate, result))
    marks = face - np.array([near.left, near.top], np.float32)
    inside = face_mask(marks, near.width, near.height, "components") > 0.5
    swapped = bool(inside.any() and near.of(away)[inside].mean() > limit)
    seam = _seam(after - before, limit) if swapped else float("nan")
    core = eroded(inside.astype(np.float32), _INSIDE * eye_distance(face)) > 0.5
    return Surface(background, swapped, seam, _detail(before, after, core))


def surface_measures(frames: Sequence[Surface]) -> list[Measure]:
    """Gather the frames' figures."""
    found = [
        measured(
            "background difference", [each.background for each in frames], unit="levels of 255", better="lower",
            cannot_tell="where it is: the codec changes every pixel a little, a fault may change a few a lot",
        ),
        measured(
            SWAPPED, [100.0 * each.swapped for each in frames], unit="%", better="higher",
            cannot_tell="whether it is B's face that was put there, and frames where the plate's face was not found",
        ),
        measured(
            "seam", [each.seam for each in frames], unit="levels a pixel", better="lower",
            cannot_tell="whether an edge of the plate, as the jaw's, hides it; larger pictures have softer edges",
        ),
        measured(
            DETAIL, [each.detail for each in frames], unit="", better="nearer 1",
            cannot_tell="grain from pores: B may have more or fewer wrinkles and hairs than A",
        ),
    ]  # fmt: skip
    return [measure for measure in found if measure is not None]


def _limit(away: Floats, elsewhere: _Mask) -> float:
    """Return the mean change of a place from which on it is no work of the codec."""
    if elsewhere.sum() < _FEWEST:
        return _UNKNOWN
    means = uniform_filter(away, _NEAR)[::_EDGE, ::_EDGE]
    return float(np.percentile(means[elsewhere[::_EDGE, ::_EDGE]], _CODEC)) + _LEAST


def _seam(difference: Floats, limit: float) -> float:
    """Return the mean steepness of an (H, W) difference along the hull of the largest patch that is above a limit."""
    soft = gaussian_filter(difference, 1)
    patches, _ = label(np.abs(soft) > limit)
    sizes = np.bincount(patches.ravel())
    sizes[0] = 0
    rows, columns = np.nonzero(patches == sizes.argmax())
    if sizes.max() < _FEWEST:
        return float("nan")
    height, width = difference.shape
    points = np.stack([columns, rows], 1).astype(np.float32) + np.float32(0.5)
    hull = area_mask(points, width, height, [slice(None)], grow=0.5, soft=1)
    edge = (hull > 0.5) & (eroded(hull, 1) <= 0.5)
    steep = maximum_filter(np.hypot(*np.gradient(soft)), 2 * _EDGE + 1)
    return float(steep[edge].mean())


def _detail(before: Floats, after: Floats, inside: _Mask) -> float:
    if inside.sum() < _FEWEST:
        return float("nan")
    fine = (float(np.abs(each - gaussian_filter(each, 1))[inside].mean()) + _FLAT for each in (after, before))
    own, goal = fine
    return own / goal

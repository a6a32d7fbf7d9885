"""Whether a swapped face looks where the plate's looks: the place of the irises between the corners of the eyes.

An iris is darker than the white beside it, most of all in red. Only the way to the sides is told: up and down the lids
go along and hide what moves.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Picture
from omote.evaluation.manner import followed
from omote.evaluation.measures import Measure, measured
from omote.imaging.geometry import similarity, transform, warp
from omote.imaging.landmarks import LEFT_EYE, RIGHT_EYE
from omote.imaging.masks import area_mask

_WIDTH, _HEIGHT, _BESIDE = 64, 32, 8  # pixels of the picture of an eye, and those beside its corners
_LASHES = 0.25  # of the way from the upper lid to the lower one, which lashes and their shadow darken
_SHUT = 0.15  # of an eye's width: lids that are nearer show too little
_FEWEST = 15  # pixels that say something
_BLIND = "up and down, and what dark rings, glasses or a blur hide; under 2 % is the measure's own error"


def gaze(picture: Picture, landmarks: Floats) -> float:
    """Return where the eyes look: how far their irises are from the middle, in % of an eye's width.

    Positive is to the right of the picture; the mean of both eyes; NaN where they are shut. A head that turns shows its
    irises elsewhere, too: compare it with a face of the same pose.

    Args:
        picture: (H, W, 3) uint8 RGB.
        landmarks: (68, 2).
    """
    places = [place for eye in (RIGHT_EYE, LEFT_EYE) if np.isfinite(place := _place(picture, landmarks[eye]))]
    return float(np.mean(places)) if places else float("nan")


def gaze_measures(plate: Sequence[float], result: Sequence[float], stretch: Sequence[int]) -> list[Measure]:
    """Compare where the eyes look in N frames; each clip's own mean is taken off, since no two pairs of eyes are alike.

    Args:
        plate: N figures of `gaze`.
        result: the same of the result.
        stretch: which run of neighbouring frames each is of.
    """
    both = np.array([plate, result], np.float64)
    open_ = np.isfinite(both).all(0)
    if not open_.any():
        return []
    before, after = both[:, open_]
    away = np.abs((after - after.mean()) - (before - before.mean()))
    found = [
        measured(
            "gaze to the sides: error", away.tolist(), unit="% of eye width", better="lower", cannot_tell=_BLIND
        ),
        followed("gaze to the sides: correlation", before, after, np.asarray(stretch)[open_], _BLIND),
    ]  # fmt: skip
    return [measure for measure in found if measure is not None]


def _place(picture: Picture, eye: Floats) -> float:
    """Return the place of one iris, given the (6, 2) points around the eye: corner, two above, corner, two below."""
    if (eye[0] == eye[3]).all():
        return float("nan")
    matrix = similarity(eye[[0, 3]], np.array([(_BESIDE, _HEIGHT / 2), (_WIDTH - _BESIDE, _HEIGHT / 2)]))
    points = transform(eye, matrix)
    above, below = (float(points[lid, 1].mean()) for lid in ([1, 2], [4, 5]))
    if below - above < _SHUT * (_WIDTH - 2 * _BESIDE):
        return float("nan")
    red = warp(picture, matrix, _WIDTH, _HEIGHT)[..., 0].astype(np.float32)
    between = area_mask(points, _WIDTH, _HEIGHT, [slice(None)], grow=0, soft=1)
    rows = np.arange(_HEIGHT, dtype=np.float32)[:, None] + np.float32(0.5)
    between = between * (rows > above + _LASHES * (below - above))
    inside = red[between > 0.5]
    if len(inside) < _FEWEST:
        return float("nan")
    return _middle(_darkness(red, inside) * between)


def _darkness(red: Floats, inside: Floats) -> Floats:
    dark, bright = np.percentile(inside, (3, 90))
    return np.asarray(np.clip((bright - red) / max(float(bright - dark), 1.0), 0, 1) ** 2, np.float32)


def _middle(weights: npt.NDArray[np.float32]) -> float:
    total = float(weights.sum())
    if total == 0:
        return float("nan")
    columns = np.arange(_WIDTH) + 0.5
    return 100 * (float(weights.sum(0) @ columns) / total - _WIDTH / 2) / (_WIDTH - 2 * _BESIDE)

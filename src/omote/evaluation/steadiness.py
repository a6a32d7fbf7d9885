"""Whether a swapped face is as steady as the plate's: what flickers in its pixels and trembles in its points."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import Floats, Picture
from omote.evaluation.flicker import flicker
from omote.evaluation.measures import Measure, measured
from omote.imaging.flow import flow
from omote.imaging.landmarks import INNER

FLICKER, _JITTER = "flicker, result / plate", "landmark jitter, result / plate"
_ROUNDING = 0.5  # levels: a still plate has none of its own, and every picture is rounded
_TREMBLING = 0.1  # pixels, likewise of points

_SLOW = "slow changes; its motion is guessed from the plate: true swaps of drawn actors measure 1.1 to 1.5"
_WHOSE = "whether the landmarker trembles or the face"


def flicker_ratios(
    plate: Sequence[Picture], result: Sequence[Picture], masks: Sequence[Floats]
) -> list[tuple[int, float]]:
    """Return how much more a face flickers than the plate's, from a frame to the next one; 1 is as much.

    The plate's own motion, by optical flow, is undone in both.

    Args:
        plate: F frames that follow one another, (H, W, 3).
        result: the same frames of the result.
        masks: F of (H, W) 0..1: the face. A pair in which there is none is left out.

    Returns:
        Place of each first frame, with the ratio.
    """
    ratios = list[tuple[int, float]]()
    for now in range(len(plate) - 1):
        both, motion = slice(now, now + 2), [flow(plate[now], plate[now + 1])]
        try:
            own, goal = (flicker(frames[both], motion, masks[both]) for frames in (result, plate))
        except ValueError:  # the face is not in both
            continue
        ratios.append((now, (own + _ROUNDING) / (goal + _ROUNDING)))
    return ratios


def jitter_ratios(plate: Floats, result: Floats) -> list[float]:
    """Return how much more the inner points tremble than the plate's, for each three frames; 1 is as much.

    Trembling is how far points are from the middle of where they were and will be, which even motion keeps to.

    Args:
        plate: (F, 68, 2) points of frames that follow one another.
        result: the same of the result.
    """
    own, goal = (_trembling(marks[:, INNER]) for marks in (result, plate))
    return [float(ratio) for ratio in (own + _TREMBLING) / (goal + _TREMBLING)]


def steadiness_measures(flickers: Sequence[float], jitters: Sequence[float]) -> list[Measure]:
    """Gather the ratios of all stretches."""
    found = [
        measured(FLICKER, flickers, unit="", better="nearer 1", cannot_tell=_SLOW),
        measured(_JITTER, jitters, unit="", better="nearer 1", cannot_tell=_WHOSE),
    ]
    return [measure for measure in found if measure is not None]


def _trembling(points: Floats) -> Floats:
    bends = (points[:-2] + points[2:]) / 2 - points[1:-1]
    return np.asarray(np.sqrt(np.square(bends).sum(2).mean(1)), np.float32)

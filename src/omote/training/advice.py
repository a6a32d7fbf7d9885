"""What a run's history says about it, in plain words, and whether it still gets anywhere. Pure functions."""

import math
from collections.abc import Sequence
from itertools import takewhile
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from omote.training.history import History, Row

PATIENCE = 20_000
"""Iterations without progress after which a run is said to stand still."""

WORTH = 0.01
"""Share of the held-out faces' SSIM that going on as long again must bring to be worth it.

By docs/benchmark.md no other figure that is known while training ranks swaps as truly as this SSIM does; the true swap
gained a fifth to three fifths of what it gained there. By `bench.stopping` three runs of nano that ended by it, after
5,600 to 21,400 iterations, had 0.5 % to 0.8 % less SSIM to the true swap than if they had learnt as long again.
"""

_REAL = 0.0025  # progress over the patience, as a share of the error, that is worth waiting for
_SURE = 2  # times the noise of a level: progress that is no chance
_LATEST = 10  # rows that say how it stands now
_UNEVEN = 1.75  # one person's error over the other's that tells of bad faces
_BY_HEART = 1.5  # error of held-out faces over that of the learnt ones; those are warped, so that usually it is below 1
_FEW, _FEWEST = 250, 25  # faces of a person
_BACK, _MEASURES = 4, 20  # an outlook is from the last three quarters of a run, and from so many measures or more


class _Point(NamedTuple):
    iteration: int
    error: float


def plateau(history: History, iterations: int, *, since: int = 0) -> bool:
    """Say whether held-out faces got no better for so many iterations of the present phase.

    Levels are running medians, over half of `iterations`, of SSIM's distance from 1, or of the loss where there is no
    SSIM. The best level of the last `iterations` is held against the best one before; progress counts when it is more
    than twice the noise of such a level (from the median step between neighbours) and more than 0.25 % of the error.

    Args:
        history: of the run; rows of earlier phases are not looked at.
        iterations: how long nothing may have got better.
        since: rows up to this iteration are not looked at either, such as those from before a change of the rate.
    """
    return _stands_still(_held(_present(history.rows, since)), iterations)


class Outlook(NamedTuple):
    """What going on as long again would bring.

    Attributes:
        gain: of the held-out faces' SSIM, at most.
        error: standard error of that.
        ssim: that they have now.
    """

    gain: float
    error: float
    ssim: float

    @property
    def is_little(self) -> bool:
        """Whether it is known well enough, and surely too little to be worth it."""
        worth = WORTH * self.ssim
        return self.error <= worth / 2 and self.gain + self.error <= worth


def outlook(history: History) -> Outlook | None:
    """Say what going on as long again would bring; None where too little was measured, or at rates that changed.

    Errors of learning fall like powers of time (Hestness 2017): each doubling brings less than the one before it. So
    the line through the last two doublings, of SSIM over the logarithm of iterations, tells the most that the next one
    can bring.
    """
    if not history.rows:
        return None
    last = history.rows[-1]
    rows = [row for row in history.rows if row.iteration > last.iteration / _BACK]
    points = _held(rows)
    if len(points) < max(_MEASURES, len(rows)) or last.held_ssim_a is None:
        return None
    if any(row.phase != last.phase or row.rate != last.rate for row in rows):
        return None
    doublings = np.log2([point.iteration for point in points])
    (slope, level), covariance = np.polyfit(
        doublings - doublings[-1], [1 - point.error for point in points], 1, cov=True
    )
    return Outlook(float(slope), float(np.sqrt(covariance[0, 0])), float(level))


def time_to_stop(history: History, *, patience: int = PATIENCE) -> str | None:
    """Say why a run may as well end, where it may.

    Args:
        history: of the run.
        patience: iterations without progress after which it stands still.
    """
    rows = _present(history.rows, 0)
    if _stands_still(_held(rows), patience):
        seen = f"The held-out faces have got no better for {patience:,} iterations"
        if _stands_still(_learnt(rows), patience):
            return (
                f"{seen}, nor have the learnt ones: it has learnt what it can. Go on to a last phase whose learning "
                "rate falls to 0, or train a larger network."
            )
        return (
            f"{seen}, while the loss of the learnt ones still falls: the network begins to learn its faces by heart. "
            "Add more varied faces, of B above all, or stop here."
        )
    ahead = outlook(history)
    if ahead is not None and ahead.is_little:
        return (
            f"Going on as long again would raise the SSIM of the held-out faces by less than {WORTH:.0%}: stop here, "
            "with a last phase whose learning rate falls to 0 (a smaller --iterations begins it), or train a larger "
            "network."
        )
    return None


def advice(history: History, faces_a: int, faces_b: int, *, patience: int = PATIENCE) -> str | None:
    """Say what a person at the screen should know and do, what matters most first.

    Args:
        history: of the run.
        faces_a: of A, that are learnt from.
        faces_b: of B.
        patience: iterations without progress after which a run stands still.

    Returns:
        Sentences, or None when all is well.
    """
    rows, stop = _present(history.rows, 0), time_to_stop(history, patience=patience)
    sentences = [stop, *_few(faces_a, "A"), *_few(faces_b, "B"), *_by_heart(rows), *_uneven(rows)]
    return " ".join(filter(None, sentences)) or None


def _present(rows: Sequence[Row], since: int) -> list[Row]:
    """Return the rows of the phase that the last row is in."""
    phase = [*takewhile(lambda row: row.phase == rows[-1].phase and row.iteration > since, reversed(rows))]
    return phase[::-1]


def _held(rows: Sequence[Row]) -> list[_Point]:
    similar = [
        _Point(row.iteration, 1 - (row.held_ssim_a + row.held_ssim_b) / 2)
        for row in rows
        if row.held_ssim_a is not None and row.held_ssim_b is not None
    ]
    return similar or [
        _Point(row.iteration, (row.held_loss_a + row.held_loss_b) / 2)
        for row in rows
        if row.held_loss_a is not None and row.held_loss_b is not None
    ]


def _learnt(rows: Sequence[Row]) -> list[_Point]:
    return [_Point(row.iteration, (row.loss_a + row.loss_b) / 2) for row in rows]


def _stands_still(points: Sequence[_Point], iterations: int) -> bool:
    if not points:
        return False
    start = points[-1].iteration - iterations
    before = [point.error for point in points if point.iteration <= start]
    recent = [point.error for point in points if point.iteration > start]
    width = max(1, len(recent) // 2)
    if len(recent) < 2 or len(before) < width:
        return False
    best = _best_level(before, width)
    progress = best - _best_level(recent, width)
    return progress <= max(_REAL * best, _SURE * _noise(recent) / math.sqrt(width))


def _best_level(errors: Sequence[float], width: int) -> float:
    return float(np.median(sliding_window_view(np.array(errors), width), axis=1).min())


def _noise(errors: Sequence[float]) -> float:
    """Return the standard deviation of one measure, from steps between neighbours: a trend hardly moves those.

    Twice a variance lies in a step; 1.4826 makes a median deviation one of a normal distribution (Rousseeuw 1993).
    """
    steps = np.diff(errors)
    return 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / math.sqrt(2)


def _few(faces: int, who: str) -> list[str]:
    if faces < _FEWEST:
        return [
            f"{faces} faces of {who} are far too few: whatever else is done, the swap will be poor. Extract a longer "
            f"clip; {_FEW} is little, and 1,000 in many poses is good."
        ]
    if faces < _FEW:
        return [f"{faces} faces of {who} are few: more of them, in other poses, expressions and light, would help."]
    return []


def _by_heart(rows: Sequence[Row]) -> list[str]:
    sentences = []
    for who in ("a", "b"):
        held, learnt = _latest(rows, f"held_loss_{who}"), _latest(rows, f"loss_{who}")
        if held is not None and learnt is not None and held > _BY_HEART * learnt:
            sentences.append(
                f"{who.upper()}'s held-out faces come out worse than the learnt ones (loss {held:.3g} against "
                f"{learnt:.3g}): there are too few of them, or those held out show what the others do not."
            )
    return sentences


def _uneven(rows: Sequence[Row]) -> list[str]:
    losses = [(_latest(rows, f"held_loss_{who}") or _latest(rows, f"loss_{who}"), who.upper()) for who in ("a", "b")]
    (less, better), (more, worse) = sorted(((loss or 0.0), who) for loss, who in losses)
    if not 0 < less < more / _UNEVEN:
        return []
    return [
        f"{worse} comes out far worse than {better} (loss {more:.3g} against {less:.3g}): look with omote report "
        f"whether {worse}'s faces are sharp, upright and of one person, and have enough of each pose and light."
    ]


def _latest(rows: Sequence[Row], name: str) -> float | None:
    """Return the median of the last ten values, or None while there are fewer."""
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return median(known[-_LATEST:]) if len(known) >= _LATEST else None

"""A measured figure with its spread, its direction and what it cannot tell: of these every table is made.

Commands name it in their reports, so it loads numpy only where something is measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

Better = Literal["higher", "lower", "nearer 1"]

_BLOCK = 8  # neighbouring frames are alike, so they are drawn together
_DRAWS = 1000


class Measure(BaseModel):
    """One figure.

    Attributes:
        name: of what is measured, in words of the field.
        value: the mean over the frames, faces or pairs; or what only all of them together have, as a correlation.
        low: 95 % bound of the value, by a bootstrap over runs of neighbouring frames; None where there are too few.
        high: the other bound.
        spread: standard deviation over the frames, faces or pairs; None where one alone has no figure.
        n: how many of these there are.
        unit: of the value; empty for a ratio.
        better: which way is better.
        cannot_tell: what the figure says nothing about, in a line.
        group: the part of the frames that it is of, such as "yaw 15° to 30°"; empty: all.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    value: float
    low: float | None
    high: float | None
    spread: float | None
    n: int
    unit: str
    better: Better
    cannot_tell: str
    group: str = ""


def measured(
    name: str, values: Sequence[float], *, unit: str, better: Better, cannot_tell: str, group: str = ""
) -> Measure | None:
    """Return the figure of some frames; None where there is none of them.

    Args:
        name: of what is measured.
        values: one for each frame, face or pair, in their order.
        unit: of the values.
        better: which way is better.
        cannot_tell: what the figure says nothing about.
        group: the part of the frames that they are.
    """
    import numpy as np

    known = np.array([value for value in values if np.isfinite(value)], np.float64)
    if not len(known):
        return None
    low, high = bounds(known) if len(known) > 1 else (None, None)
    return Measure(
        name=name, value=float(known.mean()), low=low, high=high, spread=float(known.std()), n=len(known),
        unit=unit, better=better, cannot_tell=cannot_tell, group=group,
    )  # fmt: skip


def bounds(values: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, float]:
    """Return the 95 % bounds of a mean; the same for the same values.

    By the circular block bootstrap (Politis and Romano 1992): the last value is followed by the first, so that all are
    drawn equally often.

    Args:
        values: at least two, in the order of frames.
    """
    import numpy as np

    known = np.asarray(values, np.float64)
    block = min(_BLOCK, max(1, len(known) // 4))
    starts = np.random.default_rng(0).integers(0, len(known), (_DRAWS, -(-len(known) // block)))
    drawn = known[(starts[..., None] + np.arange(block)) % len(known)].reshape(_DRAWS, -1)[:, : len(known)]
    low, high = np.percentile(drawn.mean(1), [2.5, 97.5])
    return float(low), float(high)

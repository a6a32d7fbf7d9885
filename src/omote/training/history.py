"""How a run went: a bounded list of rows that a checkpoint's state carries and curves, advice and phases read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from itertools import groupby
from typing import Any, Self

MOST = 2000
"""Rows that a history holds at most, give or take one for each phase."""

_RECENT = 1000  # the newest rows, which stay as they are
_STRETCHES = 500  # what is older is told by so many stretches of equal length
_DIGITS = 6  # significant; rounded on the way in, so that a resumed run decides as the one that was not stopped
_OLD_FORMAT = 3  # iteration, loss of A, loss of B


@dataclass(frozen=True, slots=True)
class Row:
    """Where a run stood.

    Attributes:
        iteration: steps done.
        seconds: spent in steps so far; None in rows of old models.
        loss_a: mean loss of A since the row before.
        loss_b: mean loss of B since the row before.
        rate: the learning rate; None in rows of old models.
        phase: name of the phase.
        held_loss_a: loss of A's held-out faces, None where it was not measured; the others likewise.
        held_loss_b: loss of B's held-out faces.
        held_ssim_a: structural similarity of A's held-out faces and what the network makes of them, 1 when equal.
        held_ssim_b: the same of B.

    Raises:
        ValueError: the iteration is negative, or a figure is infinite or not a number.
    """

    iteration: int
    seconds: float | None
    loss_a: float
    loss_b: float
    rate: float | None
    phase: str = ""
    held_loss_a: float | None = None
    held_loss_b: float | None = None
    held_ssim_a: float | None = None
    held_ssim_b: float | None = None

    def __post_init__(self) -> None:
        needed = (self.iteration, self.loss_a, self.loss_b)
        known = [value for name, value in _figures(self).items() if value is not None and name != "phase"]
        if not all(map(math.isfinite, (*needed, *known))) or self.iteration < 0:
            raise ValueError(f"figures must be finite and the iteration not negative: {self}")


class History:
    """Rows in the order of their iterations. Far back, neighbours become one row that is their mean."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows: list[Row] = []
        for row in rows:
            self.append(row)

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, the oldest first."""
        return tuple(self._rows)

    def append(self, row: Row) -> None:
        """Add a row, its figures rounded to six digits.

        Raises:
            ValueError: its iteration is not above that of the last row.
        """
        if self._rows and row.iteration <= self._rows[-1].iteration:
            raise ValueError(f"iteration {row.iteration} comes after {self._rows[-1].iteration}")
        self._rows.append(_rounded(row))
        if len(self._rows) > MOST:
            self._rows = _thinned(self._rows)

    def to_json(self) -> list[list[Any]]:
        """Return the rows as lists of plain values, in the order of `Row`'s fields."""
        return [list(astuple(row)) for row in self._rows]

    @classmethod
    def from_json(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Read what `to_json` wrote, or the rows of old models: iteration, loss of A, loss of B.

        Raises:
            ValueError: it is neither.
        """
        try:
            return cls(_row(row) for row in rows)
        except TypeError as fault:
            raise ValueError(f"not the rows of a history ({fault})") from fault


def _row(values: Sequence[Any]) -> Row:
    if len(values) != _OLD_FORMAT:
        return Row(*values)
    iteration, loss_a, loss_b = values
    return Row(iteration, None, loss_a, loss_b, None)


def _figures(row: Row) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _rounded(row: Row) -> Row:
    figures: dict[str, Any] = {
        name: float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
        for name, value in _figures(row).items()
    }
    return Row(**figures)


def _thinned(rows: Sequence[Row]) -> list[Row]:
    older, recent = rows[:-_RECENT], rows[-_RECENT:]
    end = older[-1].iteration + 1
    stretches = groupby(older, key=lambda row: (row.iteration * _STRETCHES // end, row.phase))
    return [*(_merged(list(each)) for _, each in stretches), *recent]


def _merged(rows: Sequence[Row]) -> Row:
    losses = ("loss_a", "loss_b", "held_loss_a", "held_loss_b", "held_ssim_a", "held_ssim_b")
    means: dict[str, Any] = {name: _mean([getattr(row, name) for row in rows]) for name in losses}
    return _rounded(replace(rows[-1], **means))


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None

"""Curves of training as PNG pictures. A is blue and solid, B is red-brown and dashed: told apart in grey, too."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from omote.evaluation.drawing import panelled, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from omote.training.history import Row

    Line = npt.NDArray[np.float64]

_SIDES = (("a", "#0072B2", "-"), ("b", "#D55E00", "--"))  # of the colours that Okabe and Ito chose for all eyes
_OTHER, _PALE, _BAND = "#444444", 0.3, "#eeeeee"
_PANEL = 2.1  # inches
_SMOOTH = 60  # a smooth line is a running median over one so-manieth of the rows
_FEW = 30  # rows that are also shown as dots
_LEAST_RATE = 1e-3  # of the largest; what is below, as on the way to 0, falls off the panel
_NAMED = 0.06  # share of the run from which on a phase has room for its name
_TICKS = (1.0, 2.0, 5.0)
_PANELS = (
    ("loss", "loss of learnt faces"),
    ("held_loss", "loss of held-out faces"),
    ("held_ssim", "SSIM of held-out faces"),
)


def curves(rows: Sequence[Row]) -> bytes:
    """Draw how a run went: losses, held-out loss and SSIM, learning rate; a panel each that has anything to show.

    Args:
        rows: of the history, the oldest first. Its phases are bands.

    Returns:
        A PNG file.

    Raises:
        ValueError: there are no rows.
    """
    if not rows:
        raise ValueError("no rows to draw curves of")
    iterations = _values(rows, "iteration")
    shown = [panel for panel in _PANELS if _known(rows, panel[0])]
    has_rate = bool(np.isfinite(_values(rows, "rate")).any())
    count = len(shown) + has_rate
    figure, panels = panelled(count, 1, _PANEL * count + 0.4)
    for axes, (name, title) in zip(panels, shown, strict=False):
        _pair(axes, iterations, rows, name)
        axes.set_title(title, loc="left", fontsize=9)
    if has_rate:
        _rate(panels[-1], iterations, _values(rows, "rate"))
    for axes in panels:
        axes.margins(x=0.01)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        _bands(axes, rows, named=axes is panels[0])
    panels[0].legend(loc="upper right", fontsize=8, frameon=False)
    panels[-1].set_xlabel("iteration", fontsize=9)
    return png(figure)


def finder_curve(
    rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float], suggested: float | None
) -> bytes:
    """Draw what a search for the learning rate saw.

    Args:
        rates: that were tried, rising; N of them.
        losses: at each; what is infinite or no number, as at the end of a search, is left out.
        smoothed: the same, smoothed.
        suggested: the rate to train with; marked. None: none was found.

    Returns:
        A PNG file.

    Raises:
        ValueError: there are no rates, or not as many losses.
    """
    if not len(rates) == len(losses) == len(smoothed) > 0:
        raise ValueError(f"{len(rates)} rates, {len(losses)} losses, {len(smoothed)} smoothed ones")
    figure, (axes,) = panelled(1, 1, 4.0)
    axes.margins(x=0.01)
    axes.set_xscale("log")
    axes.plot(rates, losses, color=_OTHER, alpha=_PALE, linewidth=1, label="loss")
    axes.plot(rates, smoothed, color=_SIDES[0][1], linewidth=2, label="smoothed")
    if suggested is not None:
        axes.axvline(suggested, color=_SIDES[1][1], linestyle="--", linewidth=1.5, label=f"suggested: {suggested:.2g}")
    _clip(axes, np.asarray(smoothed, np.float64))
    axes.set_xlabel("learning rate", fontsize=9)
    axes.set_ylabel("loss", fontsize=9)
    axes.legend(loc="upper left", fontsize=8, frameon=False)
    return png(figure)


def _pair(axes: Axes, iterations: Line, rows: Sequence[Row], name: str) -> None:
    """Draw the curves of both people: the rows pale, and over them a smooth line."""
    for side, colour, stroke in _SIDES:
        values = _values(rows, f"{name}_{side}")
        known = np.isfinite(values)
        x, y = iterations[known], values[known]
        dots = "." if len(x) <= _FEW else ""
        axes.plot(x, y, color=colour, alpha=_PALE, linewidth=0.8)
        axes.plot(x, _smooth(y), color=colour, linestyle=stroke, linewidth=1.6, marker=dots, label=side.upper())
    if name.endswith("loss"):
        _logarithmic(axes, np.concatenate([_values(rows, f"{name}_{side}") for side, *_ in _SIDES]))


def _rate(axes: Axes, iterations: Line, rates: Line) -> None:
    axes.plot(iterations, rates, color=_OTHER, linewidth=1.6, marker="." if len(rates) <= _FEW else "")
    _logarithmic(axes, rates)
    if (largest := float(np.nanmax(rates))) > 0:
        axes.set_ylim(bottom=max(_LEAST_RATE * largest, axes.get_ylim()[0]))
    axes.set_title("learning rate", loc="left", fontsize=9)


def _logarithmic(axes: Axes, values: Line) -> None:
    """Let equal ratios be equal steps; zeros, as a rate may end on, fall off the panel."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return
    axes.set_yscale("log")
    many_decades = positive.max() / positive.min() > 100
    axes.yaxis.set_major_locator(LogLocator(subs=_TICKS[:1] if many_decades else _TICKS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _bands(axes: Axes, rows: Sequence[Row], *, named: bool) -> None:
    """Shade every other phase, each from the last row of the one before, and name those that are wide enough."""
    starts = [0, *(number for number in range(1, len(rows)) if rows[number].phase != rows[number - 1].phase)]
    borders = [*(rows[max(0, start - 1)].iteration for start in starts), rows[-1].iteration]
    for number, (start, (left, right)) in enumerate(zip(starts, pairwise(borders), strict=True)):
        if number % 2:
            axes.axvspan(left, right, color=_BAND, zorder=0, linewidth=0)
        if named and right - left > _NAMED * (borders[-1] - borders[0]):
            middle, across = (left + right) / 2, axes.get_xaxis_transform()
            axes.text(
                middle, 0.97, rows[start].phase, transform=across, fontsize=8, color=_OTHER, ha="center", va="top"
            )


def _clip(axes: Axes, smoothed: Line) -> None:
    """Show where the loss falls and begins to rise, not how high it went when the search broke off."""
    known = smoothed[np.isfinite(smoothed)]
    if len(known):
        low, first = float(known.min()), float(known[0])
        room = max(first - low, 0.05 * abs(first), 1e-12)
        axes.set_ylim(low - 0.15 * room, first + 0.6 * room)


def _known(rows: Sequence[Row], name: str) -> bool:
    return any(getattr(row, f"{name}_{side}") is not None for row in rows for side, *_ in _SIDES)


def _values(rows: Sequence[Row], name: str) -> Line:
    return np.array([getattr(row, name) for row in rows], np.float64)  # None becomes NaN


def _smooth(values: Line) -> Line:
    """Return the running median; towards the ends it is of fewer values, so that it begins and ends where they do."""
    last, widest = len(values) - 1, len(values) // _SMOOTH // 2
    reaches = [min(place, last - place, widest) for place in range(len(values))]
    return np.array([
        np.median(values[place - reach : place + reach + 1]) for place, reach in enumerate(reaches)
    ])  # fmt: skip

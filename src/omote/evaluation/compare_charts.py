"""Charts of a comparison as PNG pictures: how choices stand, how they learnt, and the same faces of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from omote.evaluation.drawing import DPI, WIDTH, panelled, png

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from omote.core.types import Picture
    from omote.evaluation.ranking import Standing
    from omote.training.history import Row

    Line = npt.NDArray[np.float64]

# Of the colours that Okabe and Ito chose for all eyes, in the order of the ranking; strokes tell them in grey.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_STROKES = ("-", "--", "-.", ":", "-", "--", "-.")
_BEST, _EVEN, _WORSE, _BAND = "#1b7f4b", "#0072B2", "#8a8a8a", "#d9efe2"
_NAMES, _FACE = 1.8, 1.2  # inches for a choice's name, and at most for a face
_STEEP = 0.5  # share of a curve's values, its end, that the picture surely shows


@dataclass(frozen=True, slots=True)
class Curve:
    """How the trainings of a choice went: the rows of each of them.

    Attributes:
        name: of the choice.
        runs: a history for each seed.
    """

    name: str
    runs: Sequence[Sequence[Row]]


def standing_chart(standings: Sequence[Standing], measure: str) -> bytes:
    """Draw each choice's score: its seeds, its mean, the 95 % bounds of that, and how far chance reaches for it.

    Args:
        standings: the best first, one or more.
        measure: what the scores are.

    Returns:
        A PNG file.
    """
    figure, (axes,) = panelled(1, 1, 0.9 + 0.34 * len(standings))
    best = standings[0]
    lows = [best.mean - each.margin for each in standings[1:] if each.margin is not None]
    if lows:  # each choice has its own: chance reaches farther for one of fewer seeds
        borders = np.repeat(np.arange(len(lows) + 1) + 0.5, 2)[1:-1]
        axes.fill_betweenx(borders, np.repeat(lows, 2), best.mean, color=_BAND, zorder=0, linewidth=0)
        axes.text(
            (min(lows) + best.mean) / 2, 1.0, "no worse than chance", transform=axes.get_xaxis_transform(),
            fontsize=8, color=_BEST, ha="center", va="bottom",
        )  # fmt: skip
    for place, each in enumerate(standings):
        colour = _BEST if each is best else _WORSE if each.is_told_apart else _EVEN
        axes.plot(each.scores, [place] * len(each.scores), "|", color=colour, markersize=9, alpha=0.7)
        if each.low is not None and each.high is not None:
            axes.plot([each.low, each.high], [place, place], color=colour, linewidth=2, alpha=0.45)
        axes.plot([each.mean], [place], "o", color=colour, markersize=8 if each is best else 6)
        axes.annotate(
            f"{each.mean:.4f}", (each.mean, place), (0, 7), textcoords="offset points", fontsize=8, color=colour,
            ha="center", weight="bold" if each is best else "normal",
        )  # fmt: skip
    axes.set_yticks(range(len(standings)), [f"{place}  {each.name}" for place, each in enumerate(standings, 1)])
    axes.set_ylim(len(standings) - 0.5, -0.6)
    axes.set_xlabel(f"{measure}, more is better", fontsize=9)
    return png(figure)


def learning_chart(curves: Sequence[Curve]) -> bytes | None:
    """Draw how the held-out faces came out over time and over iterations, of up to seven choices.

    Args:
        curves: the best choice first.

    Returns:
        A PNG file; None where nothing was measured.
    """
    drawn = [(curve.name, _points(run)) for curve in curves[: len(_COLOURS)] for run in curve.runs]
    drawn = [(name, points) for name, points in drawn if len(points)]
    if not drawn:
        return None
    names = list(dict.fromkeys(name for name, _ in drawn))
    figure, panels = panelled(1, 2, 3.6)
    for axes, column, title in zip(panels, (0, 1), ("minutes of training", "iterations"), strict=True):
        for name, points in drawn:
            rank = names.index(name)
            first = not any(line.get_label() == name for line in axes.get_lines())
            axes.plot(
                points[:, column], points[:, 2], color=_COLOURS[rank], linestyle=_STROKES[rank], linewidth=1.5,
                alpha=0.85, marker="." if len(points) < 30 else "", markersize=4, label=name if first else "_",
            )  # fmt: skip
        axes.set_xlabel(title, fontsize=9)
        low = min(float(points[int(_STEEP * len(points)) :, 2].min()) for _, points in drawn)
        high = max(float(points[:, 2].max()) for _, points in drawn)
        axes.set_ylim(low - 0.6 * max(high - low, 1e-3), high + 0.08 * max(high - low, 1e-3))
    panels[0].set_ylabel("SSIM of held-out faces", fontsize=9)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=2, fontsize=8, frameon=False)
    return png(figure)


def face_sheet(rows: Sequence[tuple[str, Sequence[Picture]]]) -> bytes:
    """Lay the same faces of all choices out below each other, a line of faces for each, with its name.

    Returns:
        A PNG file.
    """
    from matplotlib.figure import Figure

    most = max(len(pictures) for _, pictures in rows)
    side = min(_FACE, (WIDTH - _NAMES) / most)
    figure = Figure((WIDTH, side * len(rows)), dpi=DPI, facecolor="white")
    for line, (name, pictures) in enumerate(rows):
        bottom = 1 - (line + 1) / len(rows)
        figure.text(0.005, bottom + 0.5 / len(rows), _folded(name), fontsize=8.5, va="center")
        for column, picture in enumerate(pictures):
            left = (_NAMES + column * side) / WIDTH
            axes = figure.add_axes((left, bottom, side / WIDTH * 0.985, 0.985 / len(rows)))
            axes.imshow(picture, aspect="auto")
            axes.set_axis_off()
    return png(figure)


def _folded(text: str, width: int = 20) -> str:
    lines = [""]
    for word in text.split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < width else [*lines, word]
    return "\n".join(lines)


def _points(rows: Sequence[Row]) -> Line:
    """Return (N, 3): minutes, iterations and SSIM of held-out faces, where that was measured."""
    points = [
        (row.seconds / 60, row.iteration, (row.held_ssim_a + row.held_ssim_b) / 2)
        for row in rows
        if row.seconds is not None and row.held_ssim_a is not None and row.held_ssim_b is not None
    ]
    return np.array(points, np.float64).reshape(-1, 3)

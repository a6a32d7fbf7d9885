"""What all charts have in common: their width, how their panels look, and that they are PNG files."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, DPI = 9.0, 130
"""Inches, and pixels an inch."""


def panelled(rows: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure that no window or global state knows of, so many inches high, and its panels row by row.

    Panels above each other share what is across, panels beside each other what is upwards.
    """
    from matplotlib.figure import Figure

    figure = Figure((WIDTH, height), dpi=DPI, facecolor="white", layout="constrained")
    panels = list(figure.subplots(rows, columns, sharex="col", sharey="row", squeeze=False).flat)
    for axes in panels:
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.35, linewidth=0.5)
        for edge in ("top", "right"):
            axes.spines[edge].set_visible(False)
    return figure, panels


def png(figure: Figure) -> bytes:
    """Write a figure as a PNG file."""
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()

"""The search for a learning rate before a new model trains: it reports and draws, and on failure changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.events import Note
from omote.core.files import write_bytes
from omote.stages.context import Report

if TYPE_CHECKING:
    from omote.stages.context import Context
    from omote.stages.learning.config import TrainConfig
    from omote.training.phases import Limits
    from omote.training.run import Run


class Found(Report):
    """What the search found.

    Attributes:
        rate: the learning rate; None: none was found.
        why: how it was chosen, or why none was.
        curve: the picture of the search.
    """

    rate: float | None
    why: str
    curve: Path


def find(run: Run, limits: Limits, config: TrainConfig, context: Context) -> Found | None:
    """Search, where that was asked for and the model is new; the run is as before after it, but for the rate it got."""
    if config.find_rate == "off":
        return None
    if run.now.iteration and config.find_rate == "set":
        context.emit(Note(f"no search for a learning rate: the model has trained {run.now.iteration} iterations"))
        return None
    from omote.evaluation.curves import finder_curve

    context.emit(Note("looking for a learning rate"))
    search = run.search_rate(limits)
    curve = config.model / "learning_rate.png"
    write_bytes(curve, finder_curve(search.rates, search.losses, search.smoothed, search.suggested), durable=False)
    if search.suggested is None:
        context.emit(Note(f"no learning rate found, nothing is changed: {search.why}"))
    else:
        context.emit(Note(f"learning rate {search.suggested:.3g}: {search.why}"))
        if config.find_rate == "set":
            run.set_rate(search.suggested)
    return Found(rate=search.suggested, why=search.why, curve=curve)

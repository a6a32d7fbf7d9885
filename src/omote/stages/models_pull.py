"""Fetch the weights of plugins ahead, so that later runs need no network."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from omote.core.config import Config
from omote.core.events import Note
from omote.stages.context import Context, Report


class ModelsPullConfig(Config):
    """Settings of models pull."""

    names: tuple[str, ...] = Field((), description="plugins whose weights to fetch; all when none is named")


class ModelsPullReport(Report):
    """What was fetched and what was there already, by the plugin's name."""

    fetched: list[str]
    there: list[str]
    folder: Path


def run(config: ModelsPullConfig, context: Context) -> ModelsPullReport:
    """Fetch what is missing or has the wrong SHA-256. What a run that was cut or stopped had fetched is gone on with.

    Raises:
        OmoteError: the extra is not installed, a name is unknown, or a file cannot be fetched, with how to place it by
            hand; those fetched before it stay.
        Stopped: when asked to stop.
    """
    from omote.perception.registry import extra_explained

    with extra_explained("models pull"):
        from omote.perception.weights import PLUGINS, obtain, weights_of

    asked = [weights_of(name) for name in config.names or PLUGINS]
    fetched: list[str] = []
    there: list[str] = []
    for weights in asked:
        new = obtain(weights, context.emit, context.stopped)
        (fetched if new else there).append(weights.plugin)
        context.emit(Note(f"{weights.plugin}: {'fetched' if new else 'is there'}"))
    return ModelsPullReport(fetched=fetched, there=there, folder=asked[0].path.parent)

"""List the plugins and the weights they fetch: what is there, and under which terms it may be used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omote.core.config import Config
from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.perception.weights import Weights


class ModelsListConfig(Config):
    """Settings of models list."""


class Plugin(Report):
    """A plugin of perception."""

    role: str
    name: str
    licence: str


class WeightFile(Report):
    """Weights that are fetched on first use or by models pull."""

    plugin: str
    state: Literal["ready", "missing", "wrong"]
    bytes: int | None
    file: str
    licence: str


class Source(Report):
    """Where a weight file comes from, for those who place it by hand."""

    file: str
    url: str
    sha256: str


class ModelsListReport(Report):
    """Plugins by role, and the weights of those that fetch any."""

    folder: Path | None
    plugins: list[Plugin]
    weights: list[WeightFile]
    sources: list[Source]


def run(config: ModelsListConfig, context: Context) -> ModelsListReport:
    """Look at the registries and, where the extra is installed, at each weight file."""
    from omote.perception.registry import extra_explained

    try:
        with extra_explained("what is said of weights"):
            from omote.perception.weights import PLUGINS, weights_of
    except OmoteError as fault:
        context.emit(Note(str(fault)))
        return ModelsListReport(folder=None, plugins=_plugins(), weights=[], sources=[])
    known = [weights_of(plugin) for plugin in PLUGINS]
    return ModelsListReport(
        folder=known[0].path.parent,
        plugins=_plugins(),
        weights=[_file(weights) for weights in known],
        sources=[Source(file=weights.path.name, url=weights.urls[0], sha256=weights.sha256) for weights in known],
    )


def _plugins() -> list[Plugin]:
    from omote.core.registry import known
    from omote.perception import registry
    from omote.perception.licences import LICENCES

    roles = {
        "detector": registry.DETECTORS,
        "landmarker": registry.LANDMARKERS,
        "identifier": registry.IDENTIFIERS,
        "segmenter": registry.SEGMENTERS,
        "assessor": registry.ASSESSORS,
    }
    return [
        Plugin(role=role, name=name, licence=LICENCES[name] if name in table else "see the package that adds it")
        for role, table in roles.items()
        for name in known(table, f"omote.{role}s")
    ]


def _file(weights: Weights) -> WeightFile:
    from omote.perception.licences import LICENCES

    state = weights.state()
    size = None if state == "missing" else weights.path.stat().st_size
    licence = LICENCES[weights.plugin]
    return WeightFile(plugin=weights.plugin, state=state, bytes=size, file=weights.path.name, licence=licence)

"""List the plugins and the weights they fetch: what is there, and under which terms it may be used."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from omote.core.config import Config
from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.stages.context import Context, Report


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
    url: str
    sha256: str


class ModelsListReport(Report):
    """Plugins by role, and the weights of those that fetch any."""

    folder: Path | None
    weights: list[WeightFile]
    plugins: list[Plugin]


def run(config: ModelsListConfig, context: Context) -> ModelsListReport:
    """Look at the registries and, where the extra is installed, at each weight file."""
    weights: list[WeightFile] = []
    folder = None
    try:
        weights, folder = _weights()
    except OmoteError as fault:
        context.emit(Note(str(fault)))
    return ModelsListReport(folder=folder, weights=weights, plugins=_plugins())


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


def _weights() -> tuple[list[WeightFile], Path]:
    from omote.perception.licences import LICENCES
    from omote.perception.registry import extra_explained

    with extra_explained("what is said of weights"):
        from omote.perception.weights import PLUGINS, weights_of

    rows = []
    for weights in map(weights_of, PLUGINS):
        state = weights.state()
        rows.append(
            WeightFile(
                plugin=weights.plugin,
                state=state,
                bytes=None if state == "missing" else weights.path.stat().st_size,
                file=weights.path.name,
                licence=LICENCES[weights.plugin],
                url=weights.urls[0],
                sha256=weights.sha256,
            )
        )
    return rows, weights.path.parent

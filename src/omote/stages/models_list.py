"""List the networks and what they need, the plugins, and the weights those fetch, with their terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omote.core.config import Config
from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.models.base import SwapNetwork
    from omote.perception.weights import Weights


class ModelsListConfig(Config):
    """Settings of models list."""


class Network(Report):
    """A network, as it is or with a preset.

    Attributes:
        input: side of the faces that it reads, in pixels.
        output: side of the faces that it makes.
        parameters: of both people's sides together.
        mib_1: MiB that training takes with one face of each person in a step, about; `mib_8` and `mib_16` with more.
        lacks: why it cannot be built here; then nothing else is known.
    """

    name: str
    preset: str | None
    input: int | None = None
    output: int | None = None
    parameters: int | None = None
    mib_1: int | None = None
    mib_8: int | None = None
    mib_16: int | None = None
    lacks: str | None = None


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
    """Networks with their presets, plugins by role, and the weights of those that fetch any."""

    models: list[Network]
    folder: Path | None
    plugins: list[Plugin]
    weights: list[WeightFile]
    sources: list[Source]


def run(config: ModelsListConfig, context: Context) -> ModelsListReport:
    """Look at the registries and, where the extra is installed, at each weight file."""
    weights = _weights(context)
    return ModelsListReport(
        models=_networks(),
        folder=weights[0].path.parent if weights else None,
        plugins=_plugins(),
        weights=[_file(each) for each in weights],
        sources=[Source(file=each.path.name, url=each.urls[0], sha256=each.sha256) for each in weights],
    )


def _networks() -> list[Network]:
    from omote.core.registry import known
    from omote.models.presets import preset_names
    from omote.models.registry import MODELS

    names = sorted(known(MODELS, "omote.models"))
    return [_network(name, preset) for name in names for preset in (None, *preset_names(name))]


def _network(name: str, preset: str | None) -> Network:
    from omote.models.anatomy import blueprint, parameters
    from omote.models.presets import with_preset

    try:
        network = blueprint(name, with_preset(name, preset, {}))
    except (OmoteError, ImportError) as fault:  # ImportError: another package's network, and that package is broken
        return Network(name=name, preset=preset, lacks=str(fault))
    one, eight, sixteen = _memory(network)
    return Network(
        name=name, preset=preset, input=network.input_size, output=network.output_size, parameters=parameters(network),
        mib_1=one, mib_8=eight, mib_16=sixteen,
    )  # fmt: skip


def _memory(network: SwapNetwork) -> tuple[int, int, int]:
    """Return the MiB that batches of 1, 8 and 16 take; what a face takes is the same in all."""
    from omote.models.footprint import memory

    one, sixteen = memory(network, 1), memory(network, 16)
    eight = one + (sixteen - one) * 7 // 15
    return one >> 20, eight >> 20, sixteen >> 20


def _weights(context: Context) -> list[Weights]:
    """Return all weights that are known of; where the extra is not installed none, and say so."""
    from omote.perception.registry import extra_explained

    try:
        with extra_explained("what is said of weights"):
            from omote.perception.weights import PLUGINS, weights_of
    except OmoteError as fault:
        context.emit(Note(str(fault)))
        return []
    return [weights_of(plugin) for plugin in PLUGINS]


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

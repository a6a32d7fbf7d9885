"""Look into one network: its sizes, parts and layers, with any settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.models.anatomy import Layer


class ModelsInfoConfig(Config):
    """Settings of models info. A name that is none of them is a setting of the network: `output_size=256`."""

    name: str = Field(description="which network")
    preset: str | None = Field(None, description="settings that go well together: models list has the names")
    options: dict[str, Any] = Field(
        default_factory=dict, description="settings of the network; each goes by its own name: --set output_size=256"
    )

    @model_validator(mode="before")
    @classmethod
    def _others_are_the_networks(cls, values: Any) -> Any:  # noqa: ANN401 - whatever was given
        if not (isinstance(values, Mapping) and isinstance(values.get("options", {}), Mapping)):
            return values
        own = {name: value for name, value in values.items() if name in cls.model_fields}
        others = {name: value for name, value in values.items() if name not in cls.model_fields}
        return own | {"options": {**own.get("options", {}), **others}}


class LayerRow(Report):
    """A layer.

    Attributes:
        name: where it stands in the network.
        kind: what it is.
        output: what it makes of one face: channels × height × width, or numbers.
        parameters: its own.
    """

    name: str
    kind: str
    output: str
    parameters: int


class ModelsInfoReport(Report):
    """A network.

    Attributes:
        options: all its settings.
        input: side of the faces that it reads, in pixels.
        output: side of the faces that it makes.
        parameters: what can learn, of both people's sides together.
        statistics: numbers that are kept with them and do not learn: running means and variances of norms.
        parts: parameters of what can be frozen or reset by itself; some parts are parts of others.
        layers: in the order in which they work.
    """

    most_rows: ClassVar[int] = 2000  # nobody asks for the table to be cut

    name: str
    preset: str | None
    input: int
    output: int
    parameters: int
    statistics: int
    learning_rate: float
    options: dict[str, Any]
    parts: dict[str, int]
    layers: list[LayerRow]


def run(config: ModelsInfoConfig, context: Context) -> ModelsInfoReport:
    """Build the network without weights and count.

    Raises:
        SettingError: there is no such network, preset or setting, or a value is out of range.
    """
    from omote.models.anatomy import blueprint, layers, parameters, statistics
    from omote.models.presets import with_preset
    from omote.models.registry import settings

    options = with_preset(config.name, config.preset, config.options)
    network = blueprint(config.name, options)
    return ModelsInfoReport(
        name=config.name, preset=config.preset, input=network.input_size, output=network.output_size,
        parameters=parameters(network), statistics=statistics(network), learning_rate=network.learning_rate,
        options=settings(config.name, options).model_dump(mode="json"),
        parts={name: parameters(part) for name, part in network.parts().items()},
        layers=[_row(layer) for layer in layers(network)],
    )  # fmt: skip


def _row(layer: Layer) -> LayerRow:
    output = " × ".join(map(str, layer.shape))  # noqa: RUF001 - × is meant
    return LayerRow(name=layer.name, kind=layer.kind, output=output, parameters=layer.parameters)

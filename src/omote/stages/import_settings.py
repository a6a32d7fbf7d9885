"""Take over how someone trained with faceswap: its `train.ini` becomes a `train.toml` like a model's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import OmoteError, SettingError
from omote.core.files import check_free, write_bytes
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.training.foreign.faceswap import Translation

_TITLE = "# What faceswap's {name} says, for omote train --recipe. Not in it, or not the same here:"


class ImportSettingsConfig(Config):
    """Settings of the import of a `train.ini`."""

    ini: Path = Field(description="faceswap's train.ini")
    output: Path | None = Field(None, description="the TOML file; by default train.toml beside it")
    trainer: str | None = Field(None, description="the network that it was for, by faceswap's name")
    overwrite: bool = Field(False, description="replace the TOML file when it is there")

    @model_validator(mode="after")
    def _keeps_the_original(self) -> ImportSettingsConfig:
        if self.output is not None and self.output.resolve() == self.ini.resolve():
            raise ValueError("the TOML file cannot take the place of the .ini file")
        return self


class SettingLine(Report):
    """An option of faceswap, and what it is here or why it is not."""

    option: str
    here: str


class ImportSettingsReport(Report):
    """What was taken over.

    Attributes:
        format: what it was.
        settings: the TOML file.
        network: which is trained with it, where it is told and omote has it.
        taken: options with what they are here.
        no_counterpart: options that are not here, or not the same, with the reason.
        assumed: options that the file lacks, so that they are as faceswap has them by default.
    """

    format: str
    settings: Path
    network: str | None
    taken: list[SettingLine]
    no_counterpart: list[SettingLine]
    assumed: list[str]


def run(config: ImportSettingsConfig, context: Context) -> ImportSettingsReport:
    """Write the TOML file, with a comment for each option that is not in it.

    Raises:
        SettingError: it is no `train.ini`, or a value in it cannot be read; says which.
        OmoteError: it cannot be read, or the TOML file is there already or cannot be written.
    """
    from omote.training.foreign.faceswap import translate

    output = config.output or config.ini.with_name("train.toml")
    check_free(output, overwrite=config.overwrite)
    try:
        found = translate(_text(config.ini), _networks(), config.trainer)
    except SettingError as fault:
        raise SettingError(fault.what, config.ini, fault.do) from fault
    write_bytes(output, _toml(config.ini.name, found).encode())
    return ImportSettingsReport(
        format="faceswap's train.ini", settings=output, network=found.network,
        taken=[SettingLine(**line._asdict()) for line in found.taken],
        no_counterpart=[SettingLine(**line._asdict()) for line in found.said],
        assumed=list(found.assumed),
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise OmoteError(f"cannot be read ({fault})", path) from fault


def _networks() -> dict[str, type[Config]]:
    from omote.core.registry import known, resolve
    from omote.models.registry import MODELS

    return {name: resolve(MODELS, "omote.models", name).Config for name in known(MODELS, "omote.models")}


def _toml(name: str, found: Translation) -> str:
    import tomli_w

    comments = [_TITLE.format(name=name), *(f"#   {option}: {why}" for option, why in found.said)]
    return "\n".join(comments) + "\n\n" + tomli_w.dumps(found.settings)

"""Write a trained model for other programs: an ONNX file, or DeepFaceLab's .dfm."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import OmoteError
from omote.core.events import Note
from omote.core.files import check_free, write_bytes
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.faceset.config import CropConfig


class ExportModelConfig(Config):
    """Settings of the export of a model."""

    model: Path = Field(description="model folder")
    to: Literal["onnx", "dfm"] = Field(description="what to write")
    output: Path = Field(description="the file; its name ends as what is written")
    person: Literal["a", "b"] = Field("b", description="whose face it makes")
    overwrite: bool = Field(False, description="replace the file when it is there")

    @model_validator(mode="after")
    def _named_as_what_it_is(self) -> ExportModelConfig:
        if self.output.suffix.lower() != f".{self.to}":
            raise ValueError(f"the file's name must end in .{self.to}, as {self.output.stem}.{self.to}")
        return self


class ExportModelReport(Report):
    """What was written.

    Attributes:
        masks: learned, or that the network makes none: then a .dfm has masks of ones, and an ONNX file no mask.
        input: side of the faces that the file wants, in pixels.
        output_size: side of the faces that it makes.
    """

    output: Path
    network: str
    person: Literal["a", "b"]
    iteration: int
    input: int
    output_size: int
    masks: Literal["learned", "none"]
    bytes: int
    seconds: float


def run(config: ExportModelConfig, context: Context) -> ExportModelReport:
    """Write the weights that convert would use.

    Raises:
        ModelError: there is no model, it is damaged, too large, or cannot be said in that form.
        OmoteError: the package onnx is missing, a file is there already, or it cannot be written.
    """
    from omote.runtime.device import pick_device
    from omote.runtime.model_folder import read_state
    from omote.swapping.as_onnx import as_onnx
    from omote.swapping.trained import Trained, learns_mask

    began = time.perf_counter()
    check_free(config.output, overwrite=config.overwrite)
    state = read_state(config.model)
    trained = Trained.load(config.model, pick_device("cpu"))
    network, has_mask = trained.network, learns_mask(trained.network)
    facts = _facts(state, trained.crop, "learned" if has_mask else "none")
    try:
        data = as_onnx(network, config.person, config.to, facts)
    except ImportError as fault:
        raise OmoteError(f"this export needs the package {fault.name}", do="pip install 'omote[export]'") from fault
    write_bytes(config.output, data)
    if config.to == "dfm":
        context.emit(Note(_advice(trained.crop, has_mask)))
    return ExportModelReport(
        output=config.output, network=state["network"], person=config.person, iteration=state["iteration"],
        input=network.output_size if config.to == "dfm" else network.input_size, output_size=network.output_size,
        masks="learned" if has_mask else "none", bytes=len(data), seconds=round(time.perf_counter() - began, 2),
    )  # fmt: skip


def _facts(state: dict[str, Any], crop: CropConfig, masks: str) -> dict[str, Any]:
    """Return what the reader of the file has to know to cut faces as they were learnt, and what it is."""
    whats = {name: state[name] for name in ("network", "options", "iteration")}
    return whats | crop.model_dump(include={"centering", "coverage", "vertical_offset"}) | {"masks": masks}


def _advice(crop: CropConfig, has_mask: bool) -> str:
    masks = "" if has_mask else "; this network learns no mask, so the file's masks are all ones"
    return (
        f"it was trained on crops of centering {crop.centering}, coverage {crop.coverage:g}, vertical offset "
        f"{crop.vertical_offset:g}: have the program that reads it cut faces alike{masks}"
    )

"""Take over what faceswap has learnt: a `.keras` file becomes a model folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import ModelError, OmoteError
from omote.core.events import Note
from omote.core.files import check_free
from omote.stages.context import Context, Report


class ImportWeightsConfig(Config):
    """Settings of the import of a `.keras` file."""

    keras: Path = Field(description="faceswap's .keras file")
    model: Path | None = Field(None, description="model folder; by default beside the file, by its name")
    trainer: str | None = Field(None, description="the network, by faceswap's name; by default the file's name")
    overwrite: bool = Field(False, description="replace the model folder's last when it is there")


class ImportWeightsReport(Report):
    """What was taken over.

    Attributes:
        options: settings of the network, as the sizes of its layers tell them.
        parameters: of both people's sides together.
    """

    format: str
    model: Path
    network: str
    options: dict[str, Any]
    parameters: int
    seconds: float


def run(config: ImportWeightsConfig, context: Context) -> ImportWeightsReport:
    """Write a model folder that convert can use, and train begin from with `--load-weights`.

    Raises:
        ModelError: it is no `.keras` file of faceswap, or of a network that cannot be taken over.
        OmoteError: the package h5py is missing, a model is there already, or it cannot be written.
    """
    from omote.models.faceswap_keras import read_keras, taken_over
    from omote.runtime.model_folder import SCHEMA, Checkpoint, write_checkpoint
    from omote.training.config import LearnConfig

    began = time.perf_counter()
    folder = config.model or config.keras.with_suffix("")
    check_free(folder, overwrite=config.overwrite)
    name = (config.trainer or config.keras.stem).replace("_", "-")
    try:
        options, weights = taken_over(read_keras(config.keras), name)
    except ImportError as fault:
        raise OmoteError(f"this import needs the package {fault.name}", do="pip install 'omote[keras]'") from fault
    except ModelError as fault:
        raise ModelError(fault.what, config.keras, fault.do) from fault
    learn = LearnConfig.checked({"network": name, "options": options})
    state = {
        "schema": SCHEMA, "network": name, "options": options, "crop": learn.crop.model_dump(),
        "iteration": 0, "seconds": 0.0, "faces": {}, "history": [],
    }  # fmt: skip
    write_checkpoint(folder, Checkpoint(weights, {}, state, learn.to_toml()))
    crop = f"centering {learn.crop.centering}, coverage {learn.crop.coverage:g}, offset {learn.crop.vertical_offset:g}"
    context.emit(Note(f"the file does not tell how its faces were cut; taken for granted: {crop}"))
    return ImportWeightsReport(
        format="faceswap's .keras", model=folder, network=name, options=options,
        parameters=sum(tensor.numel() for tensor in weights.values()), seconds=round(time.perf_counter() - began, 2),
    )  # fmt: skip

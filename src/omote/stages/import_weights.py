"""Take over what faceswap has learnt: a `.keras` file becomes a model folder."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import ModelError, OmoteError
from omote.core.events import Note
from omote.core.files import check_free
from omote.faceset.config import CropConfig
from omote.stages.context import Context, Report

FACESWAPS_CROP = CropConfig(centering="face", coverage=1.0, vertical_offset=0)
"""How faceswap cuts faces when nobody tells it otherwise."""


class ImportWeightsConfig(Config):
    """Settings of the import of a `.keras` file."""

    keras: Path = Field(description="faceswap's .keras file")
    model: Path | None = Field(None, description="model folder; by default beside the file, by its name")
    trainer: str | None = Field(None, description="the network, by faceswap's name; by default the state's or file's")
    crop: CropConfig | None = Field(None, description="how faces were cut; by default as the state says")
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
    kept = _state(config.keras.with_name(f"{config.keras.stem}_state.json"))
    name = str(config.trainer or kept.get("name") or config.keras.stem).replace("_", "-")
    crop = config.crop or _crop(kept)
    try:
        options, weights = taken_over(read_keras(config.keras), name)
    except ImportError as fault:
        raise OmoteError(f"this import needs the package {fault.name}", do="pip install 'omote[keras]'") from fault
    except ModelError as fault:
        raise ModelError(fault.what, config.keras, fault.do) from fault
    learn = LearnConfig(network=name, options=options, crop=crop)
    state = {
        "schema": SCHEMA, "network": name, "options": options, "crop": crop.model_dump(),
        "iteration": int(kept.get("iterations", 0)), "seconds": 0.0, "faces": {}, "history": [],
    }  # fmt: skip
    write_checkpoint(folder, Checkpoint(weights, {}, state, learn.to_toml()))
    if config.crop is None and not kept:
        context.emit(Note(f"no {config.keras.stem}_state.json tells how its faces were cut: {_told(crop)}"))
    return ImportWeightsReport(
        format="faceswap's .keras", model=folder, network=name, options=options,
        parameters=sum(tensor.numel() for tensor in weights.values()), seconds=round(time.perf_counter() - began, 2),
    )  # fmt: skip


def _state(path: Path) -> dict[str, Any]:
    """Read what faceswap keeps beside a model; nothing where it is not there."""
    if not path.is_file():
        return {}
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise ModelError(f"no state of faceswap ({fault})", path) from fault
    if not isinstance(kept, dict) or not isinstance(kept.get("config", {}), dict):
        raise ModelError("no state of faceswap", path)
    return kept


def _crop(kept: dict[str, Any]) -> CropConfig:
    """Return how faces were cut; a state that does not say is of the time when all were cut alike."""
    if not kept:
        return FACESWAPS_CROP
    told = kept.get("config", {})
    return CropConfig.checked({
        "centering": told.get("centering", "legacy"),
        "coverage": float(told.get("coverage", 62.5)) / 100,
        "vertical_offset": told.get("vertical_offset", 0),
    })  # fmt: skip


def _told(crop: CropConfig) -> str:
    facts = f"centering {crop.centering}, coverage {crop.coverage:g}, vertical_offset {crop.vertical_offset:g}"
    return f"taken as faceswap does by itself, {facts}; --set crop.NAME=VALUE tells otherwise"

"""Teach a network the faces of two people; a model folder comes out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from omote.core.config import Config, laid_over
from omote.core.errors import SettingError
from omote.core.events import Note, Progress, Trained
from omote.stages.context import Context, Report
from omote.training.config import LearnConfig

if TYPE_CHECKING:
    from omote.faceset.load import Faceset
    from omote.models.base import Side
    from omote.training.run import Run


class TrainConfig(Config):
    """Settings of train."""

    a: Path = Field(description="face pictures of A, the person in the footage to be changed")
    b: Path = Field(description="face pictures of B, the person whose face is put there")
    model: Path = Field(description="model folder; training goes on there when it holds a model")
    iterations: int = Field(1_000_000, ge=1, description="stop when the model has trained so many iterations in all")
    minutes: float | None = Field(None, gt=0, description="stop when the model has trained so many minutes in all")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="where to train")
    learn: LearnConfig = LearnConfig()


class TrainReport(Report):
    """What train did."""

    model: Path
    network: str
    iterations: int
    seconds: float
    loss_a: float | None
    loss_b: float | None
    preview: Path
    finished: bool


def run(config: TrainConfig, context: Context) -> TrainReport:
    """Train until a limit is reached or someone stops it.

    A model folder keeps its settings: those that are not given now are taken from it.

    Raises:
        OmoteError: a folder has no faces, or the model cannot be written.
        ModelError: the folder holds another model, or is damaged.
        SettingError: a setting is unknown or out of range, or the device is not there.
    """
    from omote.training.loop import Limits, train

    began = time.perf_counter()
    state = _begin_or_resume(config, context)
    limits = Limits(config.iterations, (config.minutes or float("inf")) * 60)
    last: list[Trained] = []

    def report(trained: Trained) -> None:
        last[:] = [trained]
        context.emit(trained)
        at_this_rate = limits.seconds * state.iteration / max(state.seconds, 1e-9)
        total = int(min(limits.iterations, max(at_this_rate, state.iteration)))
        context.emit(Progress("train", state.iteration, total, "iterations"))

    def save() -> None:
        _save(state, config)

    train(state, limits, report=report, save=save, stop=context.stopped)
    return TrainReport(
        model=config.model, network=state.config.network, iterations=state.iteration,
        seconds=round(time.perf_counter() - began, 2),
        loss_a=last[0].loss_a if last else None, loss_b=last[0].loss_b if last else None,
        preview=_preview_path(state, config), finished=not context.stopped(),
    )  # fmt: skip


def _begin_or_resume(config: TrainConfig, context: Context) -> Run:
    from omote.faceset.load import load_faceset
    from omote.runtime.device import pick_device
    from omote.runtime.model_folder import has_model, read_checkpoint
    from omote.training.run import Run, fresh_network, same_model

    device = pick_device(config.device)
    checkpoint = read_checkpoint(config.model) if has_model(config.model) else None
    learn = config.learn if checkpoint is None else kept_settings(checkpoint.settings, config.learn)
    if checkpoint is not None:
        same_model(learn, checkpoint.state)
    network = fresh_network(learn, device)
    side = max(network.input_size, network.output_size)
    sets: dict[Side, Faceset] = {
        "a": load_faceset(config.a, side, learn.crop, device),
        "b": load_faceset(config.b, side, learn.crop, device),
    }
    context.emit(Note(f"{learn.network} on {device}: {len(sets['a'])} faces of A, {len(sets['b'])} faces of B"))
    if checkpoint is None:
        return Run.begin(learn, network, sets)
    context.emit(Note(f"going on from iteration {checkpoint.state['iteration']} of {config.model}"))
    return Run.resume(learn, network, sets, checkpoint)


def kept_settings(kept: str, given: LearnConfig) -> LearnConfig:
    """Return a model's settings with those that were given now laid over them.

    Raises:
        SettingError: the kept settings cannot be read.
    """
    import tomllib

    try:
        values = tomllib.loads(kept)
    except tomllib.TOMLDecodeError as fault:
        raise SettingError(f"the model's train.toml is damaged ({fault})") from fault
    return LearnConfig.checked(laid_over(values, given.model_dump(mode="json", exclude_unset=True)))


def _save(state: Run, config: TrainConfig) -> None:
    from omote.core.files import write_bytes
    from omote.imaging.pictures import encode_jpeg
    from omote.runtime.model_folder import write_checkpoint
    from omote.training.preview import preview_sheet

    checkpoint = state.checkpoint()
    checkpoint.state["folders"] = {"a": str(config.a.absolute()), "b": str(config.b.absolute())}
    write_checkpoint(config.model, checkpoint)
    write_bytes(_preview_path(state, config), encode_jpeg(preview_sheet(state)), durable=False)


def _preview_path(state: Run, config: TrainConfig) -> Path:
    return config.model / "previews" / f"{state.iteration:07d}.jpg"

"""A model tried on the faces that its training held out. Reads the model and its faces; trains and writes nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import ModelError, OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.runtime.device import DeviceName
from omote.training.config import LearnConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omote.evaluation.held_out import Judge, Restored
    from omote.evaluation.measures import Measure
    from omote.models.base import Side
    from omote.stages.context import Context
    from omote.swapping.trained import Trained


class ModelConfig(Config):
    """Settings of a trial on held-out faces."""

    model: Path = Field(description="model folder")
    faces_a: Path | None = Field(None, description="faces of A that it learnt from; by default where it found them")
    faces_b: Path | None = Field(None, description="faces of B, likewise")
    size: int = Field(
        128, ge=32, le=1024,
        description="side of the faces that are compared, in pixels: the same for all models, lest a small one be "
        "judged by easier pictures",
    )  # fmt: skip
    device: DeviceName = Field("auto", description="where to run the network")


class Trial(NamedTuple):
    """What is at hand for a trial.

    Attributes:
        model: that is tried.
        learn: how it learnt.
        folders: where the faces of each person are.
        digests: of the faces of each person that it learnt from, where it knows.
    """

    model: Trained
    learn: LearnConfig
    folders: Mapping[Side, list[Path]]
    digests: Mapping[Side, str | None]


def at_hand(config: ModelConfig) -> Trial:
    """Load a model and find the faces for its trial; the faces themselves are not read yet.

    Raises:
        ModelError: there is no model, or it is damaged.
        OmoteError: a folder of faces is not there or has none, or the model does not know it.
        SettingError: the device is not there.
    """
    from omote.alignments.folder import face_pictures
    from omote.runtime.device import pick_device
    from omote.runtime.model_folder import read_settings, read_state
    from omote.swapping.trained import Trained

    model = Trained.load(config.model, pick_device(config.device))
    state, learn = read_state(config.model), _learnt_by(read_settings(config.model), config.model)
    given: Mapping[Side, Path | None] = {"a": config.faces_a, "b": config.faces_b}
    folders = {side: _kept_folders(state, side) if folder is None else [folder] for side, folder in given.items()}
    for folder in (*folders["a"], *folders["b"]):
        if next(face_pictures(folder), None) is None:
            raise OmoteError("no face pictures in this folder", folder, "run omote extract with it as output first")
    return Trial(model, learn, folders, {side: state["faces"].get(side, {}).get("digest") for side in given})


def evaluate_model(config: ModelConfig, context: Context) -> list[Measure]:
    """Load a model and try it; raises what `at_hand` and `tried` do."""
    return tried(at_hand(config), config.size, context)


def tried(trial: Trial, size: int, context: Context) -> list[Measure]:
    """Restore the held-out faces of both people, A by A's decoder and B by B's, and tell how near they come.

    Args:
        trial: what is at hand.
        size: side of the faces that are compared, in pixels.
        context: who watches.

    Raises:
        OmoteError: none of the faces is held out.
        Stopped: someone stopped it.
    """
    from omote.evaluation.held_out import Judge, measures

    judge, lpips = Judge.at_hand(size, next(trial.model.network.parameters()).device)
    context.emit(Note(lpips))
    return measures({side: _restored(trial, side, judge, context) for side in trial.folders})


def _restored(trial: Trial, side: Side, judge: Judge, context: Context) -> list[Restored]:
    """Restore a person's held-out faces."""
    from omote.evaluation.held_out import held_out, restored
    from omote.faceset.load import load_faceset

    learn, network, folders = trial.learn, trial.model.network, trial.folders[side]
    faces = load_faceset(
        folders, max(judge.size, network.input_size), trial.model.crop, cache=learn.data.cache, stopped=context.stopped,
        progress=lambda done, total: context.emit(Progress(f"faces of {side.upper()}", done, total, "faces")),
        note=lambda text: context.emit(Note(text)),
    )  # fmt: skip
    if trial.digests[side] not in (None, faces.digest):
        context.emit(Note(f"faces of {side.upper()} are not just those learnt from: some held out now may be learnt"))
    device = next(network.parameters()).device
    held = held_out(faces, learn.data.held_out, network.input_size, judge.size, device)
    if not held:
        what = f"of the {len(faces)} faces of {side.upper()} none is held out"
        raise OmoteError(what, folders[0], "two faces or more are needed, and data.held_out above 0 when training")
    rows: list[Restored] = []
    for batch in restored(network, side, held, judge):
        if context.stopped():
            raise Stopped
        rows += batch
        context.emit(Progress(f"restore {side.upper()}", len(rows), sum(len(each.feed) for each in held), "faces"))
    return rows


def _learnt_by(text: str, model: Path) -> LearnConfig:
    try:
        return LearnConfig.checked(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise ModelError(f"its train.toml is damaged ({fault})", model) from fault


def _kept_folders(state: Mapping[str, object], side: Side) -> list[Path]:
    """Return where the faces of a person were when the model learnt from them."""
    match state.get("folders"):
        case {"a": a, "b": b}:
            kept = a if side == "a" else b
            return [Path(each) for each in (kept if isinstance(kept, list) else [kept])]
        case _:
            raise OmoteError(
                f"the model does not know where the faces of {side.upper()} are", do="give --faces-a and --faces-b"
            )

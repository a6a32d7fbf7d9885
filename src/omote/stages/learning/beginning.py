"""How a run begins: settings put together, faces loaded, a model gone on with, taken over or drawn anew."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from omote.core.config import laid_over
from omote.core.errors import ModelError, SettingError
from omote.core.events import Note, Progress
from omote.training.config import ComputeConfig, LearnConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from omote.faceset.load import Faceset
    from omote.models.base import Side, SwapNetwork
    from omote.runtime.model_folder import Checkpoint
    from omote.runtime.team import Team
    from omote.stages.context import Context
    from omote.stages.learning.config import TrainConfig
    from omote.training.run import Run


def began(config: TrainConfig, team: Team, context: Context) -> tuple[Run, dict[Side, list[Path]]]:
    """Return the run, at its beginning or where it was, and where its faces are.

    Raises:
        OmoteError: a folder has no faces.
        ModelError: the folder holds another model, or is damaged.
        SettingError: a setting is unknown or out of range.
    """
    from omote.runtime.model_folder import has_model, read_checkpoint
    from omote.runtime.precision import pick_precision
    from omote.runtime.weight_file import read_weight_file
    from omote.stages.learning.memory import faces_explained
    from omote.training.run import Run, fresh_network

    checkpoint = read_checkpoint(config.model) if has_model(config.model) else None
    learn = settings(config, checkpoint)
    network = fresh_network(learn, team.device)
    if checkpoint is not None:
        _check_network(network, learn, checkpoint, config)
    elif network.begins_with is not None and config.load_weights is None:
        network.load_published(None if config.encoder_weights is None else read_weight_file(config.encoder_weights))
        context.emit(Note(f"the encoder begins with the published weights of {network.begins_with}"))
    if config.load_weights is not None:
        begun = f"weights of {config.load_weights} are not taken: {config.model} has weights of its own"
        context.emit(Note(begun if checkpoint else _taken_over(network, config.load_weights)))
    places = _folders(config, checkpoint)
    sets = _loaded(places, learn, network, context)
    precision = pick_precision(_precision(learn, team, checkpoint), team.device)
    with faces_explained():
        run = Run.begin(learn, network, sets, team, precision)
    counts = f"{len(sets['a'])} faces of A, {len(sets['b'])} faces of B"
    context.emit(Note(f"{learn.network} on {team.device}, {precision.why}: {counts}"))
    if checkpoint is not None:
        run.restore(checkpoint)
        context.emit(Note(f"going on from iteration {run.now.iteration} of {config.model}"))
    if config.reset:
        run.reset(config.reset, fresh_network(learn, team.device))
        context.emit(Note(f"{', '.join(config.reset)} begins anew; leave --reset out to go on after this"))
    return run, places


def settings(config: TrainConfig, checkpoint: Checkpoint | None) -> LearnConfig:
    """Return a model's settings with those of a recipe, and those that were given now, laid over them.

    Raises:
        SettingError: settings in a file cannot be read.
    """
    values = {} if checkpoint is None else _toml(checkpoint.settings, "the model's train.toml")
    if config.recipe is not None:
        try:
            text = config.recipe.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise SettingError(f"cannot be read ({fault})", str(config.recipe)) from fault
        values = laid_over(values, _toml(text, str(config.recipe)))
    return LearnConfig.checked(laid_over(values, config.learn.model_dump(mode="json", exclude_unset=True)))


def _toml(text: str, where: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingError(f"{where} is damaged ({fault})") from fault


def _check_network(network: SwapNetwork, learn: LearnConfig, checkpoint: Checkpoint, config: TrainConfig) -> None:
    """Check that the settings still make the network that the folder holds."""
    from omote.models.presets import with_preset
    from omote.models.registry import settings as settings_of
    from omote.models.weights import compare

    found = compare(network, checkpoint.weights)
    state = checkpoint.state
    if learn.network == state["network"] and not found.differences():
        return
    options = settings_of(learn.network, with_preset(learn.network, learn.preset, learn.options)).model_dump(
        mode="json"
    )
    kept, wanted = state["network"], learn.network
    if kept == wanted:
        kept += f" with {_unlike(state['options'], options)}"
        wanted += f" with {_unlike(options, state['options'])}"
    raise ModelError(
        f"this folder holds a model of another network: {kept}, not {wanted} ({found.in_short()})",
        config.model,
        f"leave the setting out, or start a new model with what fits of this one: -m NEW --load-weights {config.model}",
    )


def _unlike(options: Mapping[str, object], others: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in options.items() if name not in others or others[name] != value}


def _taken_over(network: SwapNetwork, folder: Path) -> str:
    """Give a network what fits of another model; return what to say of it."""
    from omote.models.transplant import transplant
    from omote.runtime.model_folder import read_weights

    return f"weights of {folder}: {transplant(network, read_weights(folder)).summary()}"


def _loaded(
    places: dict[Side, list[Path]], learn: LearnConfig, network: SwapNetwork, context: Context
) -> dict[Side, Faceset]:
    """Load the faces of both people; once where they are the same."""
    from omote.faceset.load import load_faceset

    size = max(network.input_size, network.output_size)

    def load(folders: list[Path], who: str) -> Faceset:
        return load_faceset(
            folders, size, learn.crop, cache=learn.data.cache, stopped=context.stopped,
            progress=lambda done, total: context.emit(Progress(f"faces of {who}", done, total, "faces")),
            note=lambda text: context.emit(Note(text)),
        )  # fmt: skip

    if places["a"] == places["b"]:
        both = load(places["a"], "both")
        return {"a": both, "b": both}
    return {"a": load(places["a"], "A"), "b": load(places["b"], "B")}


def _folders(config: TrainConfig, checkpoint: Checkpoint | None) -> dict[Side, list[Path]]:
    """Return where the faces of either person are; where none are given, the model knows."""
    if config.pretrain:
        return {"a": config.pretrain, "b": config.pretrain}
    if config.a and config.b:
        return {"a": [config.a], "b": [config.b]}
    if checkpoint is None:
        raise SettingError("no faces given", do="give --a FACES_OF_A and --b FACES_OF_B, or --pretrain FACES")
    kept = checkpoint.state["folders"]
    return {
        side: [Path(each) for each in (kept[side] if isinstance(kept[side], list) else [kept[side]])] for side in kept
    }


def _precision(
    learn: LearnConfig, team: Team, checkpoint: Checkpoint | None
) -> Literal["auto", "fp32", "bf16", "fp16"]:
    """Return the precision to use: what `auto` chose once stays on that kind of device, so that a run goes on alike."""
    kept = {} if checkpoint is None else checkpoint.state.get("compute", {})
    if learn.compute.precision == "auto" and kept.get("device") == team.device.type:
        return ComputeConfig.checked({"precision": kept["precision"]}).precision
    return learn.compute.precision

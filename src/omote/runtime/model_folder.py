"""A model on disk: `last/` with weights, optimizer, state and settings that belong together, replaced as one.

Weights are safetensors, which cannot carry code; nothing here unpickles.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from omote.core.errors import ModelError
from omote.core.files import replaced_folder, whole_folder

_WEIGHTS, _OPTIMIZER, _STATE, _SETTINGS = "model.safetensors", "optimizer.safetensors", "state.json", "train.toml"

SCHEMA = 1
"""Version of the state; a newer one is refused, never guessed at."""

_NEEDED = {"network", "options", "crop", "iteration", "seconds", "faces", "history"}

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """One moment of a model's training.

    Attributes:
        weights: of the network, by the name of the parameter or buffer.
        optimizer: its state, by name.
        state: everything else that training needs to go on, as JSON.
        settings: the full settings, as TOML.
    """

    weights: Tensors
    optimizer: Tensors
    state: dict[str, Any]
    settings: str


def has_model(folder: Path) -> bool:
    """Say whether a folder holds a model."""
    return whole_folder(folder / "last") is not None


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Make a checkpoint the folder's last one; a fault or a kill leaves the one before.

    Raises:
        OmoteError: it cannot be written.
    """
    with replaced_folder(folder / "last") as last:
        (last / _WEIGHTS).write_bytes(save(_on_cpu(checkpoint.weights)))
        (last / _OPTIMIZER).write_bytes(save(_on_cpu(checkpoint.optimizer)))
        (last / _STATE).write_text(json.dumps(checkpoint.state, indent=1), "utf-8")
        (last / _SETTINGS).write_text(checkpoint.settings, "utf-8")


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read the last checkpoint.

    Raises:
        ModelError: there is none, or a file of it is damaged.
    """
    last = _last(folder)
    return Checkpoint(
        _tensors(last / _WEIGHTS), _tensors(last / _OPTIMIZER), read_state(folder), _text(last / _SETTINGS)
    )


def read_weights(folder: Path) -> Tensors:
    """Read the last weights alone, which is all that conversion needs.

    Raises:
        ModelError: there are none, or the file is damaged.
    """
    return _tensors(_last(folder) / _WEIGHTS)


def read_state(folder: Path) -> dict[str, Any]:
    """Read the last state alone.

    Raises:
        ModelError: there is none, it is damaged, or a newer omote wrote it.
    """
    path = _last(folder) / _STATE
    try:
        state = json.loads(_text(path))
    except json.JSONDecodeError as fault:
        raise ModelError(f"damaged ({fault})", path) from fault
    if not isinstance(state, dict) or not isinstance(state.get("schema"), int):
        raise ModelError("damaged (not the state of a model)", path)
    if state["schema"] > SCHEMA:
        raise ModelError(f"written by a newer omote (schema {state['schema']})", path, "update omote")
    if lacking := sorted(_NEEDED - state.keys()):
        raise ModelError(f"damaged (it lacks {', '.join(lacking)})", path)
    return state


def _last(folder: Path) -> Path:
    last = whole_folder(folder / "last")
    if last is None:
        raise ModelError("no model in this folder", folder, "train one with omote train")
    return last


def _tensors(path: Path) -> Tensors:
    try:
        tensors: Tensors = load(path.read_bytes())
    except (OSError, SafetensorError) as fault:
        raise ModelError(f"damaged weights ({fault})", path) from fault
    return tensors


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ModelError(f"cannot be read ({fault})", path) from fault


def _on_cpu(tensors: Tensors) -> Tensors:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}

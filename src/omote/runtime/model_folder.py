"""A model on disk: slots of weights, optimizer, state and settings that belong together, each replaced as one.

`last` is what training goes on from, `best` what the held-out faces liked most, `snapshot-<iteration>` what stays of
the way there. Weights are safetensors, which cannot carry code; nothing here unpickles.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from omote.core.errors import ModelError
from omote.core.files import explained, replaced_folder, whole_folder

_WEIGHTS, _OPTIMIZER, _STATE, _SETTINGS = "model.safetensors", "optimizer.safetensors", "state.json", "train.toml"

SCHEMA = 1
"""Version of the state; a newer one is refused, never guessed at."""

_NEEDED = {"network", "options", "crop", "iteration", "seconds", "faces", "history"}

_SLOT = re.compile(r"last|best|snapshot-(\d+)")
_LOOKS = 100  # at a slot that is replaced while it is read

Tensors = dict[str, torch.Tensor]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """One moment of a model's training.

    Attributes:
        weights: of the network, by the name of the parameter or buffer.
        optimizer: its state, by name; empty where only the weights are to stay.
        state: everything else that training needs to go on, as JSON.
        settings: the full settings, as TOML.
    """

    weights: Tensors
    optimizer: Tensors
    state: dict[str, Any]
    settings: str


def slots(folder: Path) -> list[str]:
    """Return the slots that are there, whole or damaged: `last`, `best`, then the snapshots, newest first."""
    names = {path.name.removesuffix(".old") for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    return [name for name in ("last", "best") if name in names] + [f"snapshot-{kept}" for kept in _snapshots(names)]


def has_model(folder: Path) -> bool:
    """Say whether a folder holds a model, in whatever slot."""
    return bool(slots(folder))


def write_checkpoint(folder: Path, checkpoint: Checkpoint, slot: str = "last") -> None:
    """Put a checkpoint into a slot; a fault or a kill leaves the one before.

    Tensors go to the disk as they lie. Those that are not contiguous, or on another device, are copied first, so that
    the memory taken is at most that of the weights or of the optimizer, whichever is larger.

    Raises:
        OmoteError: it cannot be written.
    """
    with replaced_folder(folder / _checked(slot)) as place:
        _save(checkpoint.weights, place / _WEIGHTS)
        _save(checkpoint.optimizer, place / _OPTIMIZER)
        (place / _STATE).write_text(json.dumps(checkpoint.state, indent=1), "utf-8")
        (place / _SETTINGS).write_text(checkpoint.settings, "utf-8")


def snapshot(folder: Path, iteration: int, keep: int) -> None:
    """Keep what `last` holds as `snapshot-<iteration>`, and of the other snapshots the newest `keep - 1`.

    Files are never changed once written, so the snapshot shares them with `last` where the file system has hard links.

    Raises:
        ModelError: there is no last checkpoint.
        OmoteError: it cannot be written.
    """
    last = _place(folder, "last")
    with replaced_folder(folder / f"snapshot-{iteration}") as place:
        for file in last.iterdir():
            _link(file, place / file.name)
    others = [kept for kept in _snapshots(slots(folder)) if kept != iteration]
    for old in others[keep - 1 :]:
        _drop(folder / f"snapshot-{old}")
    for unfinished in folder.glob("snapshot-*.new"):
        shutil.rmtree(unfinished, ignore_errors=True)


def read_checkpoint(folder: Path, slot: str = "last") -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ModelError: there is none, or a file of it is damaged; says which other slots are whole.
    """
    return _steadily(folder, slot, _all_of)


def read_weights(folder: Path, slot: str = "last") -> Tensors:
    """Read the weights alone, which is all that conversion needs.

    Raises:
        ModelError: there are none, or the file is damaged; says which other slots are whole.
    """
    return _steadily(folder, slot, lambda place: _tensors(place / _WEIGHTS))


def read_state(folder: Path, slot: str = "last") -> dict[str, Any]:
    """Read the state alone.

    Raises:
        ModelError: there is none, it is damaged, or a newer omote wrote it; says which other slots are whole.
    """
    return _steadily(folder, slot, lambda place: _state(place / _STATE))


def read_settings(folder: Path, slot: str = "last") -> str:
    """Read the settings alone, as TOML.

    Raises:
        ModelError: there are none, or the file cannot be read; says which other slots are whole.
    """
    return _steadily(folder, slot, lambda place: _text(place / _SETTINGS))


def _steadily(folder: Path, slot: str, read: Callable[[Path], _Read]) -> _Read:
    """Read from one and the same checkpoint, though a training may put the next into the slot meanwhile."""
    for _ in range(_LOOKS):
        place = _place(folder, slot)
        before = _mark(place)
        try:
            found = read(place)
        except ModelError as fault:
            if before is None or _mark(place) != before or whole_folder(folder / slot) != place:
                continue  # the last: it was the one before, just being removed
            raise _with_advice(fault, folder, slot) from fault
        if before is not None and _mark(place) == before:
            return found
    raise ModelError("replaced faster than it can be read", folder / slot, "stop the training that writes it")


def _mark(place: Path) -> tuple[int, int] | None:
    """Return what tells a folder from one that later bears its name: its inode, and when its files were made."""
    try:
        facts = place.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns


def _with_advice(fault: ModelError, folder: Path, slot: str) -> ModelError:
    others = ", ".join(name for name in slots(folder) if name != slot and _is_whole(folder, name))
    if fault.do is not None or not others:
        return fault
    do = f"whole: {others}; to go on, rename one of them to {slot} in place of this"
    return ModelError(fault.what, fault.where, do)


def _is_whole(folder: Path, slot: str) -> bool:
    """Say whether a slot can be read; of weights only the list and the length are looked at."""
    try:
        place = _place(folder, slot)
        _state(place / _STATE)
        _text(place / _SETTINGS)
        for name in (_WEIGHTS, _OPTIMIZER):
            with safe_open(place / name, framework="pt"):
                pass
    except (OSError, ModelError, SafetensorError):
        return False
    return True


def _place(folder: Path, slot: str) -> Path:
    path = folder / _checked(slot)
    if place := whole_folder(path) or whole_folder(path):  # twice: between its two looks the one may become the other
        return place
    if there := slots(folder):
        do = f"there is: {', '.join(there)}" + (f"; to go on, rename one of them to {slot}" if slot == "last" else "")
        raise ModelError(f"no {slot} in this model", folder, do)
    raise ModelError("no model in this folder", folder, "train one with omote train")


def _checked(slot: str) -> str:
    if not _SLOT.fullmatch(slot):
        raise ModelError(f"no slot of a model is called {slot!r}", do="there may be: last, best, snapshot-<iteration>")
    return slot


def _snapshots(names: Iterable[str]) -> list[int]:
    """Return the iterations of the snapshots among names, newest first."""
    found = (_SLOT.fullmatch(name) for name in names)
    return sorted((int(match[1]) for match in found if match and match[1]), reverse=True)


def _link(file: Path, link: Path) -> None:
    try:
        os.link(file, link)
    except OSError:  # a file system, or a system, without hard links
        shutil.copyfile(file, link)


def _drop(path: Path) -> None:
    """Remove a slot. Killed halfway, what is left bears the name of an unfinished one, which nobody reads."""
    old, unfinished = (path.with_name(f"{path.name}.{suffix}") for suffix in ("old", "new"))
    with explained(path):
        for folder in (old, path):  # in this order: without `path`, a reader would take `old` for it
            if folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                folder.replace(unfinished)
        shutil.rmtree(unfinished, ignore_errors=True)


def _all_of(place: Path) -> Checkpoint:
    state = _state(place / _STATE)
    return Checkpoint(_tensors(place / _WEIGHTS), _tensors(place / _OPTIMIZER), state, _text(place / _SETTINGS))


def _state(path: Path) -> dict[str, Any]:
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


def _tensors(path: Path) -> Tensors:
    try:
        # Cloned, since what load_file gives is the file itself, mapped, which a later save takes away.
        return {name: tensor.clone() for name, tensor in load_file(path).items()}
    except (OSError, RuntimeError, SafetensorError) as fault:  # RuntimeError: torch opens the file a second time
        raise ModelError(f"damaged weights ({fault})", path) from fault


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ModelError(f"cannot be read ({fault})", path) from fault


def _save(tensors: Tensors, path: Path) -> None:
    """Write tensors as `save_file` does, but readable for whom other files are, and with the system's own faults."""
    path.touch()
    mode = path.stat().st_mode
    try:
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, path)
    except SafetensorError as fault:
        if said := re.search(r"os error (\d+)", str(fault)):
            raise OSError(int(said[1]), os.strerror(int(said[1])), str(path)) from fault
        raise
    path.chmod(mode)

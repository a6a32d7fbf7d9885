"""A run: the network with everything that changes while it learns, and how that is put down and taken up again."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Self

import torch
from torch import Tensor

from omote.core.errors import ModelError
from omote.faceset.load import Faceset
from omote.faceset.sampler import Sampler
from omote.models.base import Side, SwapNetwork
from omote.models.registry import build
from omote.models.weights import load_weights
from omote.runtime.model_folder import SCHEMA, Checkpoint, Tensors
from omote.training.config import LearnConfig

SIDES: tuple[Side, Side] = ("a", "b")
_GENERATOR, _ORDER = "generator", "order."


@dataclass(eq=False)
class Run:
    """What a checkpoint holds, alive.

    Attributes:
        config: the settings.
        network: on its device.
        optimizer: Adam over all of the network.
        sets: the faces of either person.
        samplers: which faces come next.
        generator: all chance of the run.
        iteration: steps done.
        seconds: spent in steps.
    """

    config: LearnConfig
    network: SwapNetwork
    optimizer: torch.optim.Adam
    sets: Mapping[Side, Faceset]
    samplers: Mapping[Side, Sampler]
    generator: torch.Generator
    iteration: int = 0
    seconds: float = 0.0
    history: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def base_rate(self) -> float:
        """The learning rate before any schedule."""
        return self.config.optimizer.learning_rate or self.network.learning_rate

    @classmethod
    def begin(cls, config: LearnConfig, network: SwapNetwork, sets: Mapping[Side, Faceset]) -> Self:
        """Start from fresh weights."""
        generator = torch.Generator().manual_seed(config.seed)
        samplers = {side: Sampler(len(sets[side]), generator) for side in SIDES}
        return cls(config, network, _adam(network, config), sets, samplers, generator)

    @classmethod
    def resume(
        cls, config: LearnConfig, network: SwapNetwork, sets: Mapping[Side, Faceset], checkpoint: Checkpoint
    ) -> Self:
        """Go on from a checkpoint, with the very batches that would have come next if the faces are the same.

        Raises:
            ModelError: the weights are of another network.
        """
        load_weights(network, checkpoint.weights)
        run = cls.begin(config, network, sets)
        run.generator.set_state(checkpoint.optimizer[_GENERATOR])
        for side in SIDES:
            if checkpoint.state["faces"][side]["digest"] == sets[side].digest:
                run.samplers[side].order = checkpoint.optimizer[_ORDER + side]
        _restore_adam(run.optimizer, network, checkpoint.optimizer)
        run.iteration, run.seconds = checkpoint.state["iteration"], checkpoint.state["seconds"]
        run.history = [tuple(row) for row in checkpoint.state["history"]]
        return run

    def checkpoint(self) -> Checkpoint:
        """Return all of the run, ready to be written."""
        orders = {_ORDER + side: self.samplers[side].order for side in SIDES}
        optimizer = {**_adam_tensors(self.optimizer, self.network), **orders, _GENERATOR: self.generator.get_state()}
        return Checkpoint(self.network.state_dict(), optimizer, self._state(), self.config.to_toml())

    def _state(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "network": self.config.network,
            "options": self.config.options,
            "crop": self.config.crop.model_dump(),
            "iteration": self.iteration,
            "seconds": round(self.seconds, 2),
            "faces": {side: {"count": len(self.sets[side]), "digest": self.sets[side].digest} for side in SIDES},
            "history": self.history,
            "versions": {"omote": version("omote"), "torch": torch.__version__, "python": platform.python_version()},
        }


def fresh_network(config: LearnConfig, device: torch.device) -> SwapNetwork:
    """Build the network of a config, its weights drawn by the config's seed and by nothing else."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = build(config.network, config.options)
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def same_model(config: LearnConfig, state: dict[str, Any]) -> None:
    """Check that a config is of the model that a state describes.

    Raises:
        ModelError: the network, its options or the crop differ; says which.
    """
    for name, wanted in json.loads(config.model_dump_json(include={"network", "options", "crop"})).items():
        if state[name] != wanted:
            raise ModelError(
                f"this folder holds a model with {name} {state[name]}, not {wanted}",
                do="choose another model folder, or leave the setting out",
            )


def _adam(network: SwapNetwork, config: LearnConfig) -> torch.optim.Adam:
    settings = config.optimizer
    rate = settings.learning_rate or network.learning_rate
    return torch.optim.Adam(
        network.parameters(), rate, (settings.beta_1, settings.beta_2), 10.0**settings.epsilon_exponent
    )


def _adam_tensors(optimizer: torch.optim.Adam, network: SwapNetwork) -> Tensors:
    tensors: dict[str, Tensor] = {}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state[parameter].items():
            tensors[f"{name}/{key}"] = value
    return tensors


def _restore_adam(optimizer: torch.optim.Adam, network: SwapNetwork, tensors: Tensors) -> None:
    for name, parameter in network.named_parameters():
        kept = {key.rpartition("/")[2]: value for key, value in tensors.items() if key.startswith(f"{name}/")}
        optimizer.state[parameter] = {
            key: value if key == "step" else value.to(parameter, memory_format=torch.preserve_format)
            for key, value in kept.items()
        }

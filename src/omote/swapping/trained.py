"""A trained network, ready to make faces: on its device, with the crop it was trained on."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch

from omote.core.errors import SettingError
from omote.faceset.config import CropConfig
from omote.models.base import SwapNetwork
from omote.models.registry import build
from omote.models.weights import load_weights
from omote.runtime.model_folder import read_state, read_weights
from omote.swapping.config import CompositeConfig


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A trained network.

    Attributes:
        network: on its device, in use mode.
        crop: which part of the head it knows.
        name: of the network in its registry.
        iterations: for which it was trained.
        digest: 16 hex digits, other for other weights.
    """

    network: SwapNetwork
    crop: CropConfig
    name: str
    iterations: int
    digest: str

    @classmethod
    def load(cls, model: Path, device: torch.device) -> Self:
        """Load a model folder.

        Raises:
            ModelError: there is no model, it is damaged, or its weights are of another network.
        """
        state, weights = read_state(model), read_weights(model)
        network = build(state["network"], state["options"])
        load_weights(network, weights)
        network.draw_at(state.get("drawn", network.output_size))  # what draws larger faces may have learnt nothing yet
        digest = hashlib.sha256()
        for name in sorted(weights):
            digest.update(name.encode())
            digest.update(weights[name].contiguous().view(-1).view(torch.uint8).numpy().data)
        network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        crop = CropConfig.checked(state["crop"])
        return cls(network.eval(), crop, state["network"], int(state["iteration"]), digest.hexdigest()[:16])


def check_mask(network: SwapNetwork, config: CompositeConfig) -> None:
    """Check that a network makes the mask that is asked for, before any work is done with it.

    Raises:
        SettingError: a learnt mask is asked for and the network has none.
    """
    if "learned" in config.masks and not learns_mask(network):
        raise SettingError("composite.mask has learned, but this model learns no mask", do="use auto")


def learns_mask(network: SwapNetwork) -> bool:
    """Say whether a network makes masks, by having it make one face; puts it into use mode."""
    device, side = next(network.parameters()).device, network.input_size
    with torch.inference_mode():
        made = network.eval()(torch.zeros(1, 3, side, side, device=device), "a")
    return made.mask is not None

"""Whole frames in, whole frames out: the model at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch

from omote.alignments.record import FaceRecord
from omote.core.errors import SettingError
from omote.core.types import Frame
from omote.faceset.config import CropConfig
from omote.imaging.geometry import warp
from omote.models.base import Side, SwapNetwork
from omote.models.registry import build
from omote.models.weights import load_weights
from omote.runtime.model_folder import read_state, read_weights
from omote.swapping.composite import composite
from omote.swapping.config import CompositeConfig
from omote.swapping.plan import plan
from omote.swapping.swap import swap_faces

_BATCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Swapper:
    """A trained network with the crop it was trained on.

    Attributes:
        network: on its device.
        crop: which part of the head it knows.
        person: whose face it is to make.
        config: how faces are set into frames.
    """

    network: SwapNetwork
    crop: CropConfig
    person: Side
    config: CompositeConfig

    @classmethod
    def load(cls, model: Path, device: torch.device, person: Side, config: CompositeConfig) -> Self:
        """Load a model folder.

        Raises:
            ModelError: there is no model, it is damaged, or its weights are of another network.
            SettingError: a learnt mask is asked for and the network has none.
        """
        state = read_state(model)
        network = build(state["network"], state["options"])
        load_weights(network, read_weights(model))
        network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        check_mask(network, config)
        return cls(network.eval(), CropConfig.checked(state["crop"]), person, config)

    def swap(self, frames: Sequence[Frame], faces: Sequence[Sequence[FaceRecord]]) -> list[Frame]:
        """Return frames with all their faces swapped; the given ones stay as they are.

        Args:
            frames: some frames; all their faces go through the network together.
            faces: of each frame.
        """
        size = self.network.input_size
        plans = [plan(each, self.crop, size) for each in faces]
        crops = [
            warp(frame.rgb, place.matrix, size, size)
            for frame, places in zip(frames, plans, strict=True)
            for place in places
        ]
        made = iter(swap_faces(self.network, crops, self.person, _BATCH))
        out = []
        for frame, places in zip(frames, plans, strict=True):
            rgb = frame.rgb.copy() if places else frame.rgb
            for place in places:
                composite(rgb, place, next(made), self.config)
            out.append(Frame(frame.index, frame.pts, frame.name, rgb))
        return out


def check_mask(network: SwapNetwork, config: CompositeConfig) -> None:
    """Check that a network makes the mask that is asked for, before any work is done with it.

    Raises:
        SettingError: a learnt mask is asked for and the network has none.
    """
    if config.mask == "learned" and not learns_mask(network):
        raise SettingError("composite.mask is learned, but this model learns no mask", do="use extended")


def learns_mask(network: SwapNetwork) -> bool:
    """Say whether a network makes masks, by having it make one face; puts it into use mode."""
    device, side = next(network.parameters()).device, network.input_size
    with torch.inference_mode():
        made = network.eval()(torch.zeros(1, 3, side, side, device=device), "a")
    return made.mask is not None

"""A network that gives each face back as it got it, so that what convert does besides can be measured untrained."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from omote.faceset.config import CropConfig
from omote.models.base import Decoded, NetworkConfig, Side, SwapNetwork
from omote.models.registry import MODELS
from omote.runtime.model_folder import Checkpoint, write_checkpoint

_SIDE = 256


class Same(SwapNetwork):
    """Faces of 256 px come out as they went in, for either person."""

    Config = NetworkConfig

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = _SIDE
        self.nothing = torch.nn.Parameter(torch.zeros(1))  # whose device is the network's

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """Return the faces."""
        return face_BCHW + self.nothing

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """Return the faces."""
        return Decoded(code, None)


@contextmanager
def same_model(folder: Path) -> Iterator[Path]:
    """Give a model folder of this network, which can be loaded as long as the context lasts."""
    with patch.dict(MODELS, same=f"{__name__}:{Same.__name__}"):
        state = {
            "schema": 1, "crop": CropConfig().model_dump(), "iteration": 1, "seconds": 1.0, "faces": {}, "history": [],
            "network": "same", "options": {},
        }  # fmt: skip
        weights = Same(NetworkConfig()).state_dict()
        write_checkpoint(folder, Checkpoint(weights, {}, state, ""))
        yield folder

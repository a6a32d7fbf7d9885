"""DFL-H128: the classic autoencoder at 128 px, for half faces; 107,716,102 parameters for both people."""

from itertools import pairwise
from typing import ClassVar

from pydantic import Field
from torch import nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, down, picture, up


class DflH128Config(NetworkConfig):
    """Settings of DFL-H128."""

    lowmem: bool = Field(False, description="half the width from the middle on: less than half the weights")


class DflH128(TwinDecoders):
    """128 px → 4 × halve (128 … 1024) → 512 numbers → 8 px → double (512) │ 3 × double (512, 256, 128) → 128 px.

    The code is (B, 512, 16, 16). With low memory all widths from the 512 numbers on are halves.
    """

    Config: ClassVar[type[Config]] = DflH128Config

    def __init__(self, config: DflH128Config) -> None:
        super().__init__()
        self.input_size = self.output_size = 128
        width = 256 if config.lowmem else 512
        self.encoder = nn.Sequential(
            down(3, 128),
            down(128, 256),
            down(256, 512),
            down(512, 1024),
            Bottleneck(1024 * 8 * 8, width, outputs=width, side=8),
            up(width, width),
        )
        self.decoders = nn.ModuleDict({side: _ladder(width, 3) for side in ("a", "b")})
        self.masks = nn.ModuleDict({side: _ladder(width, 1) for side in ("a", "b")} if config.learn_mask else {})


def _ladder(width: int, outputs: int) -> nn.Sequential:
    widths = (width, width, width // 2, width // 4)
    return nn.Sequential(*(up(*pair) for pair in pairwise(widths)), picture(widths[-1], outputs))

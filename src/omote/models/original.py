"""Original: the 64 px autoencoder that the field began with; 82,062,470 parameters for both people."""

from typing import ClassVar

from pydantic import Field
from torch import nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, down, picture, up


class OriginalConfig(NetworkConfig):
    """Settings of Original."""

    lowmem: bool = Field(False, description="three halvings and 512 numbers in the middle: a quarter fewer weights")


class Original(TwinDecoders):
    """64 px → 4 × halve (128 … 1024) → 1024 numbers → 4 px → double (512) │ 3 × double (256, 128, 64) → 64 px.

    The code is (B, 512, 8, 8).
    """

    Config: ClassVar[type[Config]] = OriginalConfig

    def __init__(self, config: OriginalConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = 64
        halvings = [down(3, 128), down(128, 256), down(256, 512)]
        if config.lowmem:
            bottleneck = Bottleneck(512 * 8 * 8, 512, outputs=1024, side=4)
        else:
            halvings.append(down(512, 1024))
            bottleneck = Bottleneck(1024 * 4 * 4, 1024, outputs=1024, side=4)
        self.encoder = nn.Sequential(*halvings, bottleneck, up(1024, 512))
        self.decoders = nn.ModuleDict({side: _ladder(3) for side in ("a", "b")})
        self.masks = nn.ModuleDict({side: _ladder(1) for side in ("a", "b")} if config.learn_mask else {})


def _ladder(outputs: int) -> nn.Sequential:
    return nn.Sequential(up(512, 256), up(256, 128), up(128, 64), picture(64, outputs))

"""Lightweight: the classic 64 px autoencoder in its smallest form; 51,066,374 parameters for both people."""

from typing import ClassVar

from torch import nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, Shades, conv, down, up


class LightweightConfig(NetworkConfig):
    """Settings of Lightweight."""


class Lightweight(TwinDecoders):
    """64 px → 3 × halve (128, 256, 512) → 512 numbers → 4 px → double (256) │ 3 × double (512, 256, 128) → 64 px.

    The code is (B, 256, 8, 8).
    """

    Config: ClassVar[type[Config]] = LightweightConfig

    def __init__(self, config: LightweightConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = 64
        self.encoder = nn.Sequential(
            down(3, 128),
            down(128, 256),
            down(256, 512),
            Bottleneck(512 * 8 * 8, 512, outputs=512, side=4),
            up(512, 256),
        )
        self.decoders = nn.ModuleDict({side: _ladder(3) for side in ("a", "b")})
        self.masks = nn.ModuleDict({side: _ladder(1) for side in ("a", "b")} if config.learn_mask else {})


def _ladder(outputs: int) -> nn.Sequential:
    return nn.Sequential(up(256, 512), up(512, 256), up(256, 128), conv(128, outputs, 5), Shades())

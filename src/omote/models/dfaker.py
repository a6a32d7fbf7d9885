"""Dfaker: Original's encoder with residual decoders that make faces twice as large as they read.

113,330,822 parameters for both people at 128 px, 258,046,598 at 256 px.
"""

from itertools import pairwise
from typing import ClassVar

from pydantic import Field
from torch import nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, Residual, down, picture, small_normal, up


class DfakerConfig(NetworkConfig):
    """Settings of Dfaker."""

    output_size: int = Field(128, ge=128, le=256, multiple_of=128, description="side of the faces it makes, in pixels")


class Dfaker(TwinDecoders):
    """64 px → 4 × halve (128 … 1024) → 1024 numbers → 4 px → double (512) │ 4 × double (512, 256, 128, 64) → 128 px.

    For 256 px it reads 128 and a doubling to 1024 stands before the others. Behind every doubling but the last stands a
    residual block. The code is (B, 512, 8, 8).
    """

    Config: ClassVar[type[Config]] = DfakerConfig

    def __init__(self, config: DfakerConfig) -> None:
        super().__init__()
        self.output_size = config.output_size
        self.input_size = config.output_size // 2
        self.encoder = nn.Sequential(
            down(3, 128),
            down(128, 256),
            down(256, 512),
            down(512, 1024),
            Bottleneck(1024 * (self.input_size // 16) ** 2, 1024, outputs=1024, side=4),
            up(1024, 512),
        )
        widths = (512, *((1024,) if self.output_size == 256 else ()), 512, 256, 128, 64)
        self.decoders = nn.ModuleDict({side: _decoder(widths) for side in ("a", "b")})
        self.masks = nn.ModuleDict({side: _mask(widths) for side in ("a", "b")} if config.learn_mask else {})


def _decoder(widths: tuple[int, ...]) -> nn.Sequential:
    *levels, last = pairwise(widths)
    detailed = (nn.Sequential(up(*pair, slope=0.2), Residual(pair[1], initial=small_normal)) for pair in levels)
    return nn.Sequential(*detailed, up(*last), picture(widths[-1]))


def _mask(widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(*(up(*pair) for pair in pairwise(widths)), picture(widths[-1], 1))

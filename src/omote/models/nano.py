"""Nano: our own small 64 px network for CPUs and the demo; under 60 million multiply-adds forward for a face."""

from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import Bottleneck, conv, down, up


class NanoConfig(Config):
    """Settings of Nano."""

    learn_mask: bool = Field(True, description="also learn to draw the face's mask")


class Nano(SwapNetwork):
    """64 px → 4 × halve → 256 numbers → 4 px → double (80) │ 2 × double (64, 40) → sub-pixels → 64 px."""

    Config: ClassVar[type[Config]] = NanoConfig
    learning_rate: ClassVar[float] = 1e-3

    def __init__(self, config: NanoConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = 64
        self.learns_mask = config.learn_mask
        self.encoder = nn.Sequential(
            down(3, 24),
            down(24, 48, kernel=3),
            down(48, 96, kernel=3),
            down(96, 128, kernel=3),
            Bottleneck(128 * 4 * 4, 256, outputs=128, side=4),
            up(128, 80),
        )
        outputs = 4 if config.learn_mask else 3
        self.decoders = nn.ModuleDict({side: _decoder(outputs) for side in ("a", "b")})

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, 64, 64) → (B, 80, 8, 8)."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, 80, 8, 8) → (B, 3, 64, 64)."""
        made = torch.sigmoid(self.decoders[side](code))
        return Decoded(made[:, :3], made[:, 3:] if self.learns_mask else None)


def _decoder(outputs: int) -> nn.Sequential:
    # The last doubling makes the picture itself: a convolution at 64 px would cost as much as all the others.
    return nn.Sequential(up(80, 64), up(64, 40), conv(40, outputs * 4, 3), nn.PixelShuffle(2))

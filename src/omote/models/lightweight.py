"""Lightweight: the classic 64 px autoencoder in its smallest form; 51,066,374 parameters for both people."""

from typing import ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import Bottleneck, conv, down, up


class LightweightConfig(Config):
    """Settings of Lightweight."""

    learn_mask: bool = Field(False, description="also learn to draw the face's mask")


class Lightweight(SwapNetwork):
    """64 px → 3 × halve (128, 256, 512) → 512 numbers → 4 px → double (256) │ 3 × double (512, 256, 128) → 64 px."""

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

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, 64, 64) → (B, 256, 8, 8)."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, 256, 8, 8) → (B, 3, 64, 64)."""
        face = torch.sigmoid(self.decoders[side](code))
        return Decoded(face, torch.sigmoid(self.masks[side](code)) if self.masks else None)


def _ladder(outputs: int) -> nn.Sequential:
    return nn.Sequential(up(256, 512), up(512, 256), up(256, 128), conv(128, outputs, 5))

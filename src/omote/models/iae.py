"""IAE: one encoder and one decoder for both people; what tells them apart is the way between.

117,816,003 parameters for both people.
"""

from typing import ClassVar

import torch
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, NetworkConfig, Side, SwapNetwork
from omote.models.blocks import Bottleneck, down, picture, up


class IaeConfig(NetworkConfig):
    """Settings of IAE."""


class Iae(SwapNetwork):
    """64 px → 4 × halve (128 … 1024) │ 1024 numbers → 4 px, own and shared │ 4 × double (512 … 64) → 64 px."""

    Config: ClassVar[type[Config]] = IaeConfig

    def __init__(self, config: IaeConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = 64
        self.encoder = nn.Sequential(down(3, 128), down(128, 256), down(256, 512), down(512, 1024))
        self.inter_a = _inter()
        self.inter_b = _inter()
        self.inter_both = _inter()
        self.decoder = _ladder(3)
        self.masks = nn.ModuleDict({"both": _ladder(1)} if config.learn_mask else {})

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, 64, 64) → (B, 1024, 4, 4)."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, 1024, 4, 4) → (B, 512, 4, 4) of the person, the same of both → (B, 3, 64, 64)."""
        own = self.inter_a if side == "a" else self.inter_b
        joined = torch.cat((own(code), self.inter_both(code)), dim=1)
        return Decoded(self.decoder(joined), self.masks["both"](joined) if self.masks else None)


def _inter() -> Bottleneck:
    return Bottleneck(1024 * 4 * 4, 1024, outputs=512, side=4)


def _ladder(outputs: int) -> nn.Sequential:
    return nn.Sequential(up(1024, 512), up(512, 256), up(256, 128), up(128, 64), picture(64, outputs))

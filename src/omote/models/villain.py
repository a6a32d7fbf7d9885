"""Villain: a 128 px network whose encoder looks long at fine texture; 155,115,014 parameters for both people."""

from itertools import pairwise
from typing import ClassVar

from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, Residual, conv, down, picture, separable_down, small_normal, up

_WIDTHS = (512, 512, 256, 128)


class VillainConfig(NetworkConfig):
    """Settings of Villain."""

    lowmem: bool = Field(False, description="half the residual blocks, one halving less, 512 numbers in the middle")


class Villain(TwinDecoders):
    """128 px → texture, 64 px → 5 × halve, twice undone (… 1024) → 1024 numbers → 8 px → double (512) │ → 128 px.

    A decoder doubles three times (512, 256, 128), with a residual block behind each. The code is (B, 512, 16, 16).
    """

    Config: ClassVar[type[Config]] = VillainConfig

    def __init__(self, config: VillainConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = 128
        if config.lowmem:
            last, bottleneck = [], _bottleneck(512 * 8 * 8, 512)
        else:
            last, bottleneck = [separable_down(512, 1024)], _bottleneck(1024 * 4 * 4, 1024)
        self.encoder = nn.Sequential(
            Texture(128, blocks=8 if config.lowmem else 16),
            _fold(128, 128),
            _fold(32, 128),
            down(32, 128, initial=small_normal),
            separable_down(128, 256),
            down(256, 512, initial=small_normal),
            *last,
            bottleneck,
            up(1024, 512, initial=small_normal),
        )
        self.decoders = nn.ModuleDict({side: _decoder() for side in ("a", "b")})
        self.masks = nn.ModuleDict({side: _mask() for side in ("a", "b")} if config.learn_mask else {})


class Texture(nn.Module):
    """Halves the size, then refines by residual blocks that a bypass leads around: (B, 3, H, W) → (B, C, H/2, W/2)."""

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.halve = conv(3, channels, 5, stride=2, initial=small_normal)
        refine = (Residual(channels, initial=small_normal) for _ in range(blocks))
        self.refine = nn.Sequential(nn.LeakyReLU(0.2), *refine)
        self.bypass = nn.LeakyReLU(0.1)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the refined map and the unrefined one, added."""
        half = self.halve(x_BCHW)
        both: Tensor = self.refine(half) + self.bypass(half)
        return both


def _fold(inputs: int, outputs: int) -> nn.Sequential:
    # Halved, then unfolded to the old size: (B, inputs, H, W) → (B, outputs / 4, H, W).
    halve = conv(inputs, outputs, 5, stride=2, initial=small_normal)
    return nn.Sequential(halve, nn.LeakyReLU(0.1), nn.PixelShuffle(2))


def _bottleneck(inputs: int, numbers: int) -> Bottleneck:
    return Bottleneck(inputs, numbers, outputs=1024, side=8, initial=small_normal)


def _decoder() -> nn.Sequential:
    levels = (
        nn.Sequential(up(*pair, slope=0.2, initial=small_normal), Residual(pair[1], initial=small_normal))
        for pair in pairwise(_WIDTHS)
    )
    return nn.Sequential(*levels, picture(_WIDTHS[-1]))


def _mask() -> nn.Sequential:
    return nn.Sequential(*(up(*pair, initial=small_normal) for pair in pairwise(_WIDTHS)), picture(_WIDTHS[-1], 1))

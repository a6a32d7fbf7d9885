"""Unbalanced: a light decoder for A, whose face is never shown, and a heavy one for B; any size from 64 to 512 px.

207,046,186 parameters for both people as it comes.
"""

from itertools import pairwise
from typing import ClassVar

from pydantic import Field
from torch import nn

from omote.core.config import Config
from omote.models.base import NetworkConfig, TwinDecoders
from omote.models.blocks import Bottleneck, InstanceNorm, Residual, conv, down, picture, small_normal, up


class UnbalancedConfig(NetworkConfig):
    """Settings of Unbalanced."""

    input_size: int = Field(128, ge=64, le=512, multiple_of=64, description="side of the faces it reads and makes")
    lowmem: bool = Field(
        False, description="512 numbers in the middle, whatever `nodes` says, and 384 channels for 512"
    )
    nodes: int = Field(1024, ge=512, le=4096, multiple_of=64, description="numbers in the middle")
    complexity_encoder: int = Field(128, ge=64, le=1024, multiple_of=16, description="width of the encoder's beginning")
    complexity_decoder_a: int = Field(384, ge=64, le=1024, multiple_of=16, description="width of A's decoder")
    complexity_decoder_b: int = Field(512, ge=64, le=1024, multiple_of=16, description="width of B's decoder")


class Unbalanced(TwinDecoders):
    """N px → 5 × halve (128, 256, 512, 768, 1024) → 1024 numbers → N/16 px │ 4 × double → N px.

    A doubles plainly, with dropout (384, 384, 192, 96); B with residual blocks (512, 512, 256, then plainly 128). The
    code is (B, 512, N/16, N/16).
    """

    Config: ClassVar[type[Config]] = UnbalancedConfig

    def __init__(self, config: UnbalancedConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = config.input_size
        numbers, channels = (512, 384) if config.lowmem else (config.nodes, 512)
        width = config.complexity_encoder
        self.encoder = nn.Sequential(
            _normed_down(3, width),
            _normed_down(width, 2 * width),
            down(2 * width, 4 * width, initial=small_normal),
            down(4 * width, 6 * width, initial=small_normal),
            down(6 * width, 8 * width, initial=small_normal),
            Bottleneck(
                8 * width * (self.input_size // 32) ** 2,
                numbers,
                outputs=channels,
                side=self.input_size // 16,
                initial=small_normal,
            ),
        )
        a = _widths(channels, config.complexity_decoder_a)
        b = _widths(channels, config.complexity_decoder_b)
        self.decoders = nn.ModuleDict({"a": _light(a), "b": _heavy(b)})
        self.masks = nn.ModuleDict({"a": _mask(a), "b": _mask(b)} if config.learn_mask else {})


def _widths(channels: int, complexity: int) -> tuple[int, ...]:
    return (channels, complexity, complexity, complexity // 2, complexity // 4)


def _normed_down(inputs: int, outputs: int) -> nn.Sequential:
    halve = conv(inputs, outputs, 5, stride=2, initial=small_normal)
    return nn.Sequential(halve, InstanceNorm(), nn.LeakyReLU(0.1))


def _up5(inputs: int, outputs: int, slope: float = 0.1) -> nn.Sequential:
    return up(inputs, outputs, kernel=5, slope=slope, initial=small_normal)


def _light(widths: tuple[int, ...]) -> nn.Sequential:
    first, second, *others = (_up5(*pair) for pair in pairwise(widths))
    return nn.Sequential(first, nn.Dropout2d(0.25), second, nn.Dropout2d(0.25), *others, picture(widths[-1]))


def _heavy(widths: tuple[int, ...]) -> nn.Sequential:
    *levels, last = pairwise(widths)
    detailed = (nn.Sequential(_up5(*pair, slope=0.2), Residual(pair[1], initial=small_normal)) for pair in levels)
    return nn.Sequential(*detailed, _up5(*last), picture(widths[-1]))


def _mask(widths: tuple[int, ...]) -> nn.Sequential:
    return nn.Sequential(*(_up5(*pair) for pair in pairwise(widths)), picture(widths[-1], 1))

"""DFL-SAE: autoencoders of any size from 64 to 256 px, in two architectures.

`df` has a decoder for each person (130,008,718 parameters as it comes); `liae` has one decoder, and moves faces from
person to person by what stands between (121,746,593), which fits light and shape of the footage better.
"""

from itertools import pairwise
from typing import ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, NetworkConfig, Side, SwapNetwork
from omote.models.blocks import Bottleneck, Residual, down, picture, up

_CODE = 512  # channels that leave the middle


class DflSaeConfig(NetworkConfig):
    """Settings of DFL-SAE."""

    input_size: int = Field(128, ge=64, le=256, multiple_of=16, description="side of the faces it reads and makes")
    architecture: Literal["df", "liae"] = Field("df", description="a decoder for each person, or one for both")
    autoencoder_dims: int = Field(
        0, ge=0, le=1024, multiple_of=32, description="numbers in the middle; 0: 512 with df, 256 with liae"
    )
    encoder_dims: int = Field(42, ge=21, le=85, description="width of the encoder, for each colour")
    decoder_dims: int = Field(21, ge=10, le=85, description="width of the decoders, for each colour")
    multiscale_decoder: bool = Field(False, description="also make, and learn from, faces of a half and a quarter size")

    @property
    def numbers(self) -> int:
        """How many numbers stand in the middle."""
        return self.autoencoder_dims or {"df": 512, "liae": 256}[self.architecture]


class DflSae(SwapNetwork):
    """N px → 4 × halve (126 … 1008) → numbers → N/16 px → double (512) │ 3 × double (504, 252, 126) → N px.

    With liae the numbers and the doubling behind them stand twice, for B and for both people; A's code is what is made
    of both, twice, and B's what is made for B and for both. Behind every doubling of a decoder stand two residual
    blocks.
    """

    Config: ClassVar[type[Config]] = DflSaeConfig

    def __init__(self, config: DflSaeConfig) -> None:
        super().__init__()
        self.input_size = self.output_size = config.input_size
        width = 3 * config.encoder_dims
        self.encoder = nn.Sequential(*(down(*pair) for pair in pairwise((3, width, 2 * width, 4 * width, 8 * width))))
        self.is_liae = config.architecture == "liae"
        if self.is_liae:
            self.inter_b, self.inter_both = _inter(config), _inter(config)
            self.decoder = Decoder(2 * _CODE, config)
            masks = {"both": _mask(2 * _CODE, config)} if config.learn_mask else {}
        else:
            self.encoder.extend(_inter(config))
            self.decoders = nn.ModuleDict({side: Decoder(_CODE, config) for side in ("a", "b")})
            masks = {side: _mask(_CODE, config) for side in ("a", "b")} if config.learn_mask else {}
        self.masks = nn.ModuleDict(masks)

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, N, N) → (B, 512, N / 8, N / 8) with df, (B, 24 · encoder_dims, N / 16, N / 16) with liae."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """Make (B, 3, N, N) faces, with a multiscale decoder also of N / 2 and N / 4, from what `encode` returns."""
        if self.is_liae:
            both = self.inter_both(code)
            joined = torch.cat((self.inter_b(code) if side == "b" else both, both), dim=1)
            return self._drawn(joined, self.decoder, "both")
        return self._drawn(code, self.decoders[side], side)

    def _drawn(self, code: Tensor, decoder: nn.Module, mask: str) -> Decoded:
        face, *smaller = decoder(code)
        return Decoded(face, self.masks[mask](code) if self.masks else None, tuple(smaller))


class Decoder(nn.Module):
    """Doubles three times: (B, inputs, S, S) → (B, 3, 8 S, 8 S), and as multiscale also 4 S and 2 S, largest first."""

    def __init__(self, inputs: int, config: DflSaeConfig) -> None:
        super().__init__()
        widths = _widths(config)
        self.levels = nn.ModuleList(
            nn.Sequential(up(before, width, slope=0.2), Residual(width), Residual(width))
            for before, width in pairwise((inputs, *widths))
        )
        self.pictures = nn.ModuleList(
            picture(width) for width in (widths if config.multiscale_decoder else widths[-1:])
        )

    def forward(self, code: Tensor) -> tuple[Tensor, ...]:
        """Return the faces, largest first."""
        maps = []
        for level in self.levels:
            code = level(code)
            maps.append(code)
        return tuple(draw(map_) for draw, map_ in zip(reversed(self.pictures), reversed(maps), strict=False))


def _widths(config: DflSaeConfig) -> tuple[int, int, int]:
    width = 3 * config.decoder_dims
    return 8 * width, 4 * width, 2 * width


def _inter(config: DflSaeConfig) -> nn.Sequential:
    side = config.input_size // 16
    inputs = 8 * 3 * config.encoder_dims * side**2
    return nn.Sequential(Bottleneck(inputs, config.numbers, outputs=_CODE, side=side), up(_CODE, _CODE))


def _mask(inputs: int, config: DflSaeConfig) -> nn.Sequential:
    widths = (inputs, *_widths(config))
    return nn.Sequential(*(up(*pair) for pair in pairwise(widths)), picture(widths[-1], 1))

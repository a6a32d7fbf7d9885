"""Dlight: a light decoder for the person who is replaced, a rich one for the person who is shown; 128 px to 128–384."""

from typing import ClassVar, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import Bottleneck, Residual, UpFast, UpHybrid, batch_norm, down, picture, stretch, up


class DlightConfig(Config):
    """Settings of Dlight."""

    features: Literal["lowmem", "fair", "best"] = Field("best", description="how much the encoder can tell of a face")
    details: Literal["fast", "good"] = Field("good", description="how B is drawn: fast, or good with residual blocks")
    output_size: int = Field(256, ge=128, le=384, multiple_of=128, description="side of the faces it makes, in pixels")
    learn_mask: bool = Field(False, description="also learn to draw the face's mask")


class Features(NamedTuple):
    """How wide the encoder is.

    Attributes:
        channels: of its first maps; each stage has twice as many.
        numbers: what a face is squeezed to.
    """

    channels: int
    numbers: int


FEATURES = {"lowmem": Features(24, 640), "fair": Features(32, 1152), "best": Features(32, 1664)}


class Dlight(SwapNetwork):
    """128 px → 5 × (halve, beside the mean of 2 × 2) → 1664 numbers → 4 px (1024) │ × 2, 4 or 6 → 4 × double → O px.

    Encoder: 32, 64, 128, 256, 512 channels, and those that came in.
    A: bilinear × f → hybrid doublings (256, 128, 64, 32).
    B, good: hybrid × f (512) + 3 residuals → hybrid doublings: 512 + 2 residuals + norm, 256 + residual, 128 + residual
    + norm, 64. B, fast: sub-pixels × f (512) → fast doublings (512, 256, 128, 64).
    A learnt mask climbs from the maps after × f by the face's doublings, without residuals and norms.

    143,612,726 parameters with the defaults; the norms of a good B keep 1,280 running statistics besides.

    Attributes:
        width: channels of B's first maps; those of the decoders and the code are fractions and multiples of it.
    """

    Config: ClassVar[type[Config]] = DlightConfig
    width: ClassVar[int] = 512

    def __init__(self, config: DlightConfig) -> None:
        super().__init__()
        self.input_size, self.output_size = 128, config.output_size
        width, factor = self.width, self.output_size // 64
        code, light, rich = width * 2, _halved(width // 2), _halved(width)
        self.encoder = _encoder(FEATURES[config.features], code)
        good = config.details == "good"
        self.decoders = nn.ModuleDict(
            {
                "a": nn.Sequential(stretch(factor), _ladder(UpHybrid, code, light, 3)),
                "b": _good(code, width, factor) if good else _fast(code, rich, factor),
            }
        )
        self.masks = nn.ModuleDict()
        if config.learn_mask:
            self.masks["a"] = _ladder(UpHybrid, code, light, 1)
            self.masks["b"] = _ladder(UpHybrid if good else UpFast, width, rich, 1)

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, 128, 128) → (B, 1024, 4, 4)."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, 1024, 4, 4) → (B, 3, O, O)."""
        enlarge, ladder = self.decoders[side].children()
        maps = enlarge(code)
        return Decoded(ladder(maps), self.masks[side](maps) if self.masks else None)


class _BesideItself(nn.Module):
    """Halves the size and keeps the picture: (B, inputs, H, W) → (B, outputs + inputs, H / 2, W / 2)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.features = down(inputs, outputs)
        self.itself = nn.Sequential(nn.AvgPool2d(2), nn.LeakyReLU(0.1))

    def forward(self, x_BCHW: Tensor) -> Tensor:
        return torch.cat((self.features(x_BCHW), self.itself(x_BCHW)), dim=1)


class _LossyBottleneck(Bottleneck):
    """Drops a twentieth of its numbers while it learns, in the middle and at the end."""

    def forward(self, x_BCHW: Tensor) -> Tensor:
        vector = self._dropped(self.squeeze(torch.flatten(x_BCHW, 1)))
        wide = self._dropped(self.widen(vector))
        return wide.view(wide.shape[0], -1, self.side, self.side)

    def _dropped(self, numbers: Tensor) -> Tensor:
        return nn.functional.dropout(numbers, 0.05, self.training)


def _encoder(features: Features, code: int) -> nn.Sequential:
    stages, inputs = [], 3
    for outputs in (features.channels << stage for stage in range(5)):
        stages.append(_BesideItself(inputs, outputs))
        inputs += outputs
    return nn.Sequential(*stages, _LossyBottleneck(inputs * 4 * 4, features.numbers, outputs=code, side=4))


def _good(code: int, width: int, factor: int) -> nn.Sequential:
    enlarge = nn.Sequential(UpHybrid(code, width, None, factor=factor), nn.LeakyReLU(0.2))
    ladder = nn.Sequential(
        *(Residual(width), Residual(width, bias=False), Residual(width, bias=False)),
        *(_bare_hybrid(width, width), Residual(width), Residual(width, bias=False), batch_norm(width)),
        *(_bare_hybrid(width, width // 2), Residual(width // 2)),
        *(_bare_hybrid(width // 2, width // 4), Residual(width // 4, bias=False), batch_norm(width // 4)),
        *(UpHybrid(width // 4, width // 8), picture(width // 8)),
    )
    return nn.Sequential(enlarge, ladder)


def _fast(code: int, rungs: list[int], factor: int) -> nn.Sequential:
    return nn.Sequential(up(code, rungs[0], factor=factor), _ladder(UpFast, rungs[0], rungs, 3))


def _bare_hybrid(inputs: int, outputs: int) -> nn.Sequential:
    """Double the size, then activate both halves alike."""
    return nn.Sequential(UpHybrid(inputs, outputs, None), nn.LeakyReLU(0.2))


def _ladder(doubling: type[UpHybrid | UpFast], inputs: int, rungs: list[int], outputs: int) -> nn.Sequential:
    steps = [doubling(low, high) for low, high in zip([inputs, *rungs], rungs, strict=False)]
    return nn.Sequential(*steps, picture(rungs[-1], outputs))


def _halved(width: int) -> list[int]:
    return [width >> rung for rung in range(4)]

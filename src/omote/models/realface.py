"""Realface: small decoder for the person who is replaced, large one for the person who is shown; any size to any."""

from typing import ClassVar, NamedTuple

from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import Bottleneck, Residual, down, picture, up

_HALVINGS = 4
_LARGEST_START = 9


class RealfaceConfig(Config):
    """Settings of Realface."""

    input_size: int = Field(64, ge=64, le=128, multiple_of=16, description="side of the faces it reads, in pixels")
    output_size: int = Field(128, ge=64, le=256, multiple_of=16, description="side of the faces it makes, in pixels")
    dense_nodes: int = Field(
        1536, ge=768, le=2048, multiple_of=64, description="numbers a face of B is squeezed to; of A two thirds of them"
    )
    complexity_encoder: int = Field(
        128, ge=96, le=160, multiple_of=4, description="channels of the encoder's first maps"
    )
    complexity_decoder: int = Field(
        512, ge=512, le=544, multiple_of=4, description="channels of B's widest maps on the ladder; of A two thirds"
    )
    learn_mask: bool = Field(False, description="also learn to draw the face's mask")


class Realface(SwapNetwork):
    """I px → 3 × (halve, 2 residuals) (128, 256, 512) → halve (1024) │ 1536 numbers → S px → 4 or 5 × double → O px.

    B: S px (1024) → double (1024) + residual → doublings + 2 residuals each (512, 256, …) → last doubling, plain.
    A: two thirds of B's numbers and channels, and no residuals but the first. A learnt mask climbs from the maps after
    that first one by a ladder of its own, as wide as the face's and without residuals.

    64 → 128 px has 238,241,676 parameters, 128 → 256 px 394,296,868; `start` says how S follows from the sizes.
    Weights begin He and Glorot uniform: so the reference builds it, though it is said to begin all by a normal law.

    Attributes:
        widest: channels that a start of 4 px would have.
    """

    Config: ClassVar[type[Config]] = RealfaceConfig
    widest: ClassVar[int] = 1024

    def __init__(self, config: RealfaceConfig) -> None:
        super().__init__()
        self.input_size, self.output_size = config.input_size, config.output_size
        code_side = self.input_size >> _HALVINGS
        side, doublings = start(code_side, self.output_size)
        # The larger the start, the fewer its channels: 1024 at 4 px, 768 at 8 px, on one line with all others.
        b = _Widths(config.dense_nodes, self.widest * (20 - side) // 16, config.complexity_decoder)
        a = _Widths(*(width * 2 // 3 for width in b))
        self.encoder = _encoder(config.complexity_encoder)
        code = config.complexity_encoder * 8 * code_side**2
        self.decoders = nn.ModuleDict(
            {
                "a": nn.Sequential(_trunk(code, a, side), _plain_ladder(a, doublings - 1, 3)),
                "b": nn.Sequential(_trunk(code, b, side), _rich_ladder(b, doublings - 1)),
            }
        )
        self.masks = nn.ModuleDict()
        if config.learn_mask:
            for person, widths in (("a", a), ("b", b)):
                self.masks[person] = _plain_ladder(widths, doublings - 1, 1)

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, I, I) → (B, 8 · complexity_encoder, I / 16, I / 16)."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, 8 · complexity_encoder, I / 16, I / 16) → (B, 3, O, O)."""
        trunk, ladder = self.decoders[side].children()
        maps = trunk(code)
        return Decoded(ladder(maps), self.masks[side](maps) if self.masks else None)


def start(code_side: int, output_size: int) -> tuple[int, int]:
    """Return the side of the decoders' first maps, in pixels, and how many doublings lead from it to the output.

    The output's sixteenth or thirty-second, whichever is nearer to the code's side, the larger if both are; but no more
    than 9 px where that can be: 176, 208 and 240 px halve only four times, and start at 11, 13 and 15.
    """
    starts = [(output_size >> doublings, doublings) for doublings in (4, 5) if output_size % (1 << doublings) == 0]
    return min(starts, key=lambda each: (each[0] > _LARGEST_START, abs(each[0] - code_side)))


class _Widths(NamedTuple):
    """How wide a decoder is.

    Attributes:
        numbers: what a face is squeezed to.
        start: channels of the first maps.
        ladder: channels after the second doubling; each that follows makes half as many.
    """

    numbers: int
    start: int
    ladder: int

    def rungs(self, count: int) -> list[int]:
        return [self.ladder >> rung for rung in range(count)]


def _encoder(width: int) -> nn.Sequential:
    steps: list[nn.Module] = []
    for inputs, outputs in ((3, width), (width, width * 2), (width * 2, width * 4)):
        steps += down(inputs, outputs, slope=0.2), Residual(outputs), Residual(outputs)
    return nn.Sequential(*steps, down(width * 4, width * 8))


def _trunk(code: int, widths: _Widths, side: int) -> nn.Sequential:
    """Maps of `code` numbers in all → (B, start, 2 · side, 2 · side)."""
    return nn.Sequential(
        Bottleneck(code, widths.numbers, outputs=widths.start, side=side),
        up(widths.start, widths.start, slope=0.2),
        Residual(widths.start, bias=False),
    )


def _rich_ladder(widths: _Widths, doublings: int) -> nn.Sequential:
    steps: list[nn.Module] = []
    inputs, (*rungs, last) = widths.start, widths.rungs(doublings)
    for outputs in rungs:
        steps += up(inputs, outputs, slope=0.2), Residual(outputs, bias=False), Residual(outputs)
        inputs = outputs
    return nn.Sequential(*steps, up(inputs, last), picture(last))


def _plain_ladder(widths: _Widths, doublings: int, outputs: int) -> nn.Sequential:
    rungs = widths.rungs(doublings)
    steps = [up(low, high) for low, high in zip([widths.start, *rungs], rungs, strict=False)]
    return nn.Sequential(*steps, picture(rungs[-1], outputs))

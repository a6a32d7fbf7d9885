"""Noh: our own network for 128 to 512 px, made for what a second of training and of conversion can give.

A face is read in patches and drawn by 16 sub-pixels from a quarter of its size, so that the work is done at 32 px and
below. The way back is one for both people up to 16 px, where most of the weights are: those learn from every face, and
each person only scales and shifts their maps (FiLM, Perez et al. 2018, arXiv:1709.07871). What is finer, each owns.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional

from omote.core.config import Config
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import Bottleneck, Draw, Shades, conv, he_uniform, quiet_uniform, stretch

_SUB_PIXELS = 4  # a drawn face is so many times as large as the maps that it is drawn from
_SMALLEST = 32  # side in pixels of the smallest face that is judged
_GROUP = 16  # channels that a norm takes together


class NohConfig(Config):
    """Settings of Noh."""

    size: Literal["s", "m", "l"] = Field("m", description="how wide it is: s for CPUs, m and l for GPUs")
    resolution: Literal[128, 192, 256, 384, 512] = Field(128, description="side of the faces it makes, in pixels")
    learn_mask: bool = Field(True, description="also learn to draw the face's mask")


class Size(NamedTuple):
    """How wide Noh is.

    Attributes:
        encoder: channels at a 4th, 8th, 16th and 32nd of the face's side.
        code: numbers that a face is squeezed to.
        decoder: channels at a 32nd, 16th and 8th, which both people share.
        own: channels at a 4th; then of what refines a face of twice and of four times that size.
        blocks: residual blocks at each size but the smallest.
    """

    encoder: tuple[int, int, int, int]
    code: int
    decoder: tuple[int, int, int]
    own: tuple[int, int, int]
    blocks: int


SIZES = {
    "s": Size((32, 64, 128, 192), 256, (192, 128, 96), (64, 48, 32), 1),
    "m": Size((48, 96, 192, 256), 384, (320, 256, 160), (96, 64, 48), 1),
    "l": Size((64, 128, 256, 512), 512, (512, 384, 256), (160, 96, 64), 2),
}


class Noh(SwapNetwork):
    """128 px → patches of 4 → 3 × halve → numbers → 4 px → 2 × double │ double → sub-pixels × 4 → 128 px.

    For 192 px all sides are half as large again. At 256 and 512 px the face of 128 (at 384 that of 192) is enlarged
    bilinearly, and what its maps give when they are doubled once or twice more is added to it. This begins as nothing,
    and what a smaller resolution has keeps its name and shape: with the weights of a network of half the resolution
    it makes, at first, the faces of that, enlarged, and goes on learning from there. On drawn actors the held-out loss
    then falls from the first steps on when the learning rate rises over the first 100; without that, Adam's first steps
    undo what some 40 have to learn again.

    Attributes:
        Config: `NohConfig`.
        encoder: faces → maps of both people.
        inter: maps → code.
        decoder: what both share of the way back.
        decoders: by person, what is each one's own.
    """

    Config: ClassVar[type[Config]] = NohConfig
    learning_rate: ClassVar[float] = 5e-4

    def __init__(self, config: NohConfig) -> None:
        super().__init__()
        size = SIZES[config.size]
        self.output_size = self._largest = config.resolution
        self.input_size = 192 if config.resolution % 192 == 0 else 128
        self.learns_mask = config.learn_mask
        self.encoder = _encoder(size)
        side = self.input_size // 32
        self.inter = Bottleneck(size.encoder[-1] * side**2, size.code, size.decoder[0], side)
        self.decoder = nn.ModuleList(_SharedLevel(*pair, size.blocks) for pair in pairwise(size.decoder))
        draws, channels = len(self.sizes), 3 + config.learn_mask
        self.decoders = nn.ModuleDict({person: _Own(size, draws, channels) for person in ("a", "b")})

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of its pens' drawings, each twice the one before: 128, 256 and 512 px, or 192 and 384 px."""
        return tuple(self.input_size << finer for finer in range((self._largest // self.input_size).bit_length()))

    def draw_at(self, size: int) -> list[nn.Module]:
        """Draw with the first pens only; those of larger faces, and their levels, are left out."""
        self.output_size, draws = size, 1 + self.sizes.index(size)
        owns = [own for own in self.decoders.values() if isinstance(own, _Own)]
        return [part for own in owns for parts in (own.levels, own.pens) for part in parts[draws:]]

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """(B, 3, 128, 128) → (B, C, 4, 4); 192 px → (B, C, 6, 6)."""
        code: Tensor = self.inter(self.encoder(face_BCHW))
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """(B, C, 4, 4) or (B, C, 6, 6) → (B, 3, O, O), and the same faces of half the size, of a quarter, and so on."""
        made = self.decoders[side](code, self.decoder, 1 + self.sizes.index(self.output_size))
        face = made[:, :3]
        return Decoded(face, made[:, 3:] if self.learns_mask else None, tuple(_halvings(face)))


class _Block(nn.Module):
    """Adds to a map what two convolutions make of it, with what a person does to it between, if anyone does."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.look = nn.Sequential(nn.GroupNorm(channels // _GROUP, channels), conv(channels, channels, 3))
        self.add = nn.Sequential(nn.SiLU(), conv(channels, channels, 3, initial=quiet_uniform))

    def forward(self, x_BCHW: Tensor, manner: nn.Module | None = None) -> Tensor:
        seen = self.look(x_BCHW)
        changed: Tensor = x_BCHW + self.add(seen if manner is None else manner(seen))
        return changed


class _Manner(nn.Module):
    """A person's scales and shifts of some channels: (B, C, H, W) → the same shape."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        # Drawn, so that the two people differ from the first step on.
        self.scale = nn.Parameter(1 + 0.1 * torch.randn(channels, 1, 1))
        self.shift = nn.Parameter(0.1 * torch.randn(channels, 1, 1))

    def forward(self, x_BCHW: Tensor) -> Tensor:
        return x_BCHW * self.scale + self.shift


class _SharedLevel(nn.Module):
    """Doubles the size for both people, each in a manner: (B, inputs, H, W) → (B, outputs, 2 H, 2 W)."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.enlarge, self.activation = _doubling(inputs, outputs), nn.SiLU()
        self.blocks = nn.ModuleList(_Block(outputs) for _ in range(blocks))

    def forward(self, x_BCHW: Tensor, manners: nn.ModuleList) -> Tensor:
        first, *others = manners
        maps: Tensor = self.activation(first(self.enlarge(x_BCHW)))
        for block, manner in zip(self.blocks, others, strict=True):
            maps = block(maps, manner)
        return maps


class _Own(nn.Module):
    """What one person owns: manners of the shared levels, then levels that draw.

    Attributes:
        manners: of each shared level: one of the doubling, one of each block.
        levels: double what was shared, and again for each larger face.
        pens: of each level, draw at four times its size; all but the first begin by drawing nothing.
    """

    def __init__(self, size: Size, draws: int, channels: int) -> None:
        super().__init__()
        self.manners = nn.ModuleList(
            nn.ModuleList(_Manner(width) for _ in range(1 + size.blocks)) for width in size.decoder[1:]
        )
        widths = (size.decoder[-1], *size.own[:draws])
        self.levels = nn.ModuleList(_own_level(*pair, size.blocks) for pair in pairwise(widths))
        first, *finer = widths[1:]
        self.pens = nn.ModuleList([_pen(first, channels), *(_pen(width, channels, nn.init.zeros_) for width in finer)])
        self.enlarge, self.shades = stretch(), Shades()

    def forward(self, code: Tensor, shared: nn.ModuleList, draws: int) -> Tensor:
        """Make (B, channels, O, O) of 0 to 1 with so many pens."""
        maps = code
        for level, manners in zip(shared, self.manners, strict=True):
            maps = level(maps, manners)
        drawn = []
        for level, pen in zip(self.levels[:draws], self.pens[:draws], strict=True):
            maps = level(maps)
            drawn.append(pen(maps))
        whole = drawn[0]
        for finer in drawn[1:]:
            whole = self.enlarge(whole) + finer
        made: Tensor = self.shades(whole)
        return made


def _halvings(face_BCHW: Tensor) -> Iterator[Tensor]:
    # A loss that looks at neighbouring pixels says much of a large face's detail and little of its shape: measured on
    # drawn actors, these bring more in a minute than the twelfth of the steps that they cost.
    while face_BCHW.shape[-1] >= 2 * _SMALLEST:
        face_BCHW = functional.avg_pool2d(face_BCHW, 2)
        yield face_BCHW


def _encoder(size: Size) -> nn.Sequential:
    stages = [conv(3, size.encoder[0], 7, stride=4), nn.SiLU()]
    for inputs, outputs in pairwise(size.encoder):
        stages += [*(_Block(inputs) for _ in range(size.blocks)), conv(inputs, outputs, 3, stride=2), nn.SiLU()]
    return nn.Sequential(*stages)


def _doubling(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(conv(inputs, outputs * 4, 3), nn.PixelShuffle(2))


def _own_level(inputs: int, outputs: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(_doubling(inputs, outputs), nn.SiLU(), *(_Block(outputs) for _ in range(blocks)))


def _pen(inputs: int, channels: int, initial: Draw = he_uniform) -> nn.Sequential:
    layer = conv(inputs, channels * _SUB_PIXELS**2, 3, initial=initial)
    return nn.Sequential(layer, nn.PixelShuffle(_SUB_PIXELS))

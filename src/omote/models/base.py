"""What every swap network is: one shared encoder, one decoder for each person."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, Self

from pydantic import Field
from torch import Tensor, nn

from omote.core.config import Config
from omote.core.errors import ModelError
from omote.models.blocks import Bottleneck

Side = Literal["a", "b"]
"""a: the person in the footage that is changed; b: the person whose face is put there."""


class Decoded(NamedTuple):
    """What a decoder makes.

    Attributes:
        face: (B, 3, H, W) RGB, 0 to 1.
        mask: (B, 1, H, W), 0 to 1, where the network learns it, else None.
        smaller: (B, 3, h, w) faces that the network makes on its way, largest first; each learns to be the target,
            made smaller.
    """

    face: Tensor
    mask: Tensor | None
    smaller: tuple[Tensor, ...] = ()


class NetworkConfig(Config):
    """Settings that every network has."""

    learn_mask: bool = Field(False, description="also learn to draw the face's mask")


class SwapNetwork(nn.Module, ABC):
    """A network that takes faces apart with one encoder and makes them anew with the decoder of either person.

    Attributes:
        Config: the network's own settings; its constructor takes one.
        learning_rate: what Adam trains it well with.
        input_size: side of the faces it reads, in pixels.
        output_size: side of the faces it makes.
    """

    Config: ClassVar[type[Config]]
    learning_rate: ClassVar[float] = 5e-5
    input_size: int
    output_size: int

    @abstractmethod
    def encode(self, face_BCHW: Tensor) -> Tensor:
        """Turn (B, 3, input_size, input_size) RGB faces of 0 to 1 of either person into a code."""

    @abstractmethod
    def decode(self, code: Tensor, side: Side) -> Decoded:
        """Make faces of one person, output_size a side, from a code."""

    def forward(self, face_BCHW: Tensor, side: Side) -> Decoded:
        """Make the faces of person `side` that match the given faces' pose, expression and light."""
        return self.decode(self.encode(face_BCHW), side)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sides of the faces that it can draw, smallest first; unless `draw_at` says otherwise, it draws the last."""
        return (self.output_size,)

    def draw_at(self, size: int) -> Sequence[nn.Module]:
        """Make faces of another side from now on; return the parts that have no say in these.

        Args:
            size: one of `sizes`.
        """
        self.output_size = size
        return ()

    @property
    def begins_with(self) -> str | None:
        """What published weights a new training is to begin with (`load_published`), by name; None: with none."""
        return None

    def load_published(self, weights: Mapping[str, Tensor] | None) -> None:
        """Give the network the published weights that it begins with.

        Args:
            weights: of a file; None: a library that knows where they are fetches them.

        Raises:
            ModelError: they are of another network, or this one begins with none.
            SettingError: that library is not here, or none knows.
        """
        raise ModelError("this network begins with no published weights")

    def parts(self) -> dict[str, nn.Module]:
        """Return what can be frozen, reset or counted by itself.

        These are the network's children by name; of a child that holds a module for each person also each one, as
        `decoders.a`; and as `inter` all children whose names begin with `inter_`, or where there are none all
        bottlenecks, wherever they stand, unless a child has that name.
        """
        parts: dict[str, nn.Module] = {}
        for name, child in self.named_children():
            if next(child.parameters(), None) is not None:
                people = child.named_children() if isinstance(child, nn.ModuleDict) else ()
                parts |= {name: child, **{f"{name}.{side}": module for side, module in people}}
        inters = [child for name, child in self.named_children() if name.startswith("inter_")]
        inters = inters or [module for module in self.modules() if isinstance(module, Bottleneck)]
        if inters:
            parts.setdefault("inter", nn.ModuleList(inters))
        return parts

    def train(self, mode: bool = True) -> Self:
        """Set the mode; what has weights and may change none of them is in use mode always, as its norms must be."""
        super().train(mode)
        for module in self.modules():
            weights = list(module.parameters())
            if weights and not any(weight.requires_grad for weight in weights):
                module.eval()
        return self


class TwinDecoders(SwapNetwork):
    """A network whose decoders have nothing in common but the encoder; a mask has a decoder of its own for each person.

    Attributes:
        encoder: faces → code.
        decoders: by person, code → face.
        masks: by person, code → mask; empty where none is learnt.
    """

    encoder: nn.Module
    decoders: nn.ModuleDict
    masks: nn.ModuleDict

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """Turn (B, 3, input_size, input_size) faces into what the encoder makes of them."""
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """Make (B, 3, output_size, output_size) faces of one person from a code."""
        return Decoded(self.decoders[side](code), self.masks[side](code) if self.masks else None)

"""The picture half of CLIP and FaRL: a vision transformer (Radford et al. 2021, arXiv:2103.00020).

Parameters are named as in OpenAI's and FaRL's files without their `visual.`, so that these fit by name.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from omote.models.blocks import dense, glorot_uniform


class VitSize(NamedTuple):
    """How large a transformer is.

    Attributes:
        patch: side of the squares that a picture is cut into, in pixels.
        width: numbers a patch.
        depth: blocks.
        outputs: numbers of the vector it makes.
    """

    patch: int
    width: int = 768
    depth: int = 12
    outputs: int = 512


_HEAD = 64
"""Numbers of an attention head."""


class Vit(nn.Module):
    """Makes a vector of a picture: (B, 3, side, side) → (B, outputs); what does not fill a patch is not seen."""

    def __init__(self, size: VitSize, side: int) -> None:
        super().__init__()
        width, scale = size.width, size.width**-0.5
        self.conv1 = nn.Conv2d(3, width, size.patch, size.patch, bias=False)
        glorot_uniform(self.conv1.weight)
        self.class_embedding = nn.Parameter(scale * torch.randn(width))
        self.positional_embedding = nn.Parameter(scale * torch.randn((side // size.patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = nn.ModuleDict({"resblocks": nn.Sequential(*(Block(width) for _ in range(size.depth)))})
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(scale * torch.randn(width, size.outputs))

    def forward(self, picture_BCHW: Tensor) -> Tensor:
        """Return what the class token has gathered from all patches."""
        patches = self.conv1(picture_BCHW).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(patches.shape[0], 1, -1)
        tokens = self.ln_pre(torch.cat((first, patches), dim=1) + self.positional_embedding)
        gathered = self.transformer["resblocks"](tokens)[:, 0]
        vector: Tensor = self.ln_post(gathered) @ self.proj
        return vector


class Block(nn.Module):
    """Attention, then a perceptron, each beside its input: (B, tokens, width) → the same shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, width // _HEAD, batch_first=True)
        self.mlp = nn.Sequential()
        self.mlp.add_module("c_fc", dense(width, width * 4))
        self.mlp.add_module("gelu", QuickGelu())
        self.mlp.add_module("c_proj", dense(width * 4, width))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the tokens that have looked at each other."""
        seen = self.ln_1(tokens)
        tokens = tokens + self.attn(seen, seen, seen, need_weights=False)[0]
        changed: Tensor = tokens + self.mlp(self.ln_2(tokens))
        return changed


class QuickGelu(nn.Module):
    """x · σ(1.702 x), near to GELU (Hendrycks & Gimpel 2016, arXiv:1606.08415), which CLIP was trained with."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the same shape."""
        return x * torch.sigmoid(1.702 * x)


def resized_positions(positions: Tensor, tokens: int) -> Tensor:
    """Fit position embeddings (1 + n², width) to another number of patches, (tokens, width), by bicubic steps."""
    width = positions.shape[1]
    before, after = (round((count - 1) ** 0.5) for count in (len(positions), tokens))
    square = positions[1:].float().T.reshape(1, width, before, before)
    fitted = nn.functional.interpolate(square, (after, after), mode="bicubic", align_corners=False)
    return torch.cat((positions[:1], fitted.reshape(width, -1).T.to(positions.dtype)))

"""The norms that Phaze-A offers; one name, one module that keeps the shape.

Layer and RMS norms are written out: old versions of ONNX, which .dfm files are of, do not have them. Statistics are of
float32.
"""

import math
from typing import Literal

import torch
from torch import Tensor, nn

from omote.models.blocks import InstanceNorm, batch_norm

NormName = Literal["none", "instance", "layer", "rms"]
"""instance: each picture as a whole; layer, rms: the channels of each pixel."""
LevelNormName = NormName | Literal["batch", "group"]
"""batch: each channel over the batch; group: 32 groups of channels, or as many as divide them, of each picture."""

_GROUPS = 32


def norm(name: LevelNormName, channels: int) -> nn.Module:
    """Return the norm of this name for (B, channels) or (B, channels, H, W)."""
    match name:
        case "none":
            return nn.Identity()
        case "instance":
            return WholeNorm()
        case "layer":
            return ChannelNorm(channels)
        case "rms":
            return ChannelRms(channels)
        case "batch":
            return batch_norm(channels)
        case "group":
            return nn.GroupNorm(math.gcd(_GROUPS, channels), channels, eps=1e-3)


class WholeNorm(InstanceNorm):
    """The classics' instance norm, of vectors too."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels) or (B, channels, H, W) → the same shape."""
        return super().forward(x) if x.dim() > 2 else super().forward(x[:, :, None, None]).flatten(1)


class ChannelNorm(nn.Module):
    """Layer norm of the channels of each pixel (Ba et al. 2016, arXiv:1607.06450)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, …) → the same shape."""
        variance, mean = torch.var_mean(x.float(), dim=1, keepdim=True, correction=0)
        even = ((x - mean) * torch.rsqrt(variance + 1e-3)).to(x.dtype)
        return even * _along_channels(self.weight, x) + _along_channels(self.bias, x)


class ChannelRms(nn.Module):
    """Scales the channels of each pixel to a root mean square of `weight` (Zhang & Sennrich 2019, arXiv:1910.07467)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, …) → the same shape."""
        scale = torch.rsqrt(x.float().square().mean(1, keepdim=True) + 1e-8)
        return (x * scale).to(x.dtype) * _along_channels(self.weight, x)


def _along_channels(values: Tensor, x: Tensor) -> Tensor:
    return values.view(-1, *[1] * (x.dim() - 2))

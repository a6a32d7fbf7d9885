"""The G-block: a style restyles a map, as in StyleGAN (Karras et al. 2019, arXiv:1812.04948)."""

import torch
from torch import Tensor, nn

from omote.models.blocks import conv, dense, glorot_uniform
from omote.models.phaze_a.plan import Map
from omote.models.phaze_a.upscale import Noise

_STYLE = 512


class GBlock(nn.Module):
    """Refines a style by three dense layers, then restyles a map by it twice: (B, C, S, S) → the same shape."""

    def __init__(self, shape: Map, style: int) -> None:
        """Build for maps of this shape and styles of so many numbers."""
        super().__init__()
        self.style = nn.Sequential(
            *(dense(style, _STYLE, _he_normal), nn.LeakyReLU(0.1)),
            *(dense(_STYLE, _STYLE, _he_normal), nn.LeakyReLU(0.1)),
            dense(_STYLE, _STYLE, _he_normal),
        )
        self.look = nn.Sequential(conv(shape.channels, shape.channels, 3), Noise())
        self.first = Restyle(shape.channels, nn.Identity())
        self.second = Restyle(shape.channels, conv(shape.channels, shape.channels, 3, initial=glorot_uniform))

    def forward(self, x_BCHW: Tensor, style: Tensor) -> Tensor:
        """Return the map in the style (B, `style`)."""
        refined = self.style(style)
        made: Tensor = self.second(self.first(self.look(x_BCHW), refined), refined)
        return made


class Restyle(nn.Module):
    """Adaptive instance norm, and noise let in by a 1×1 convolution."""

    def __init__(self, channels: int, change: nn.Module) -> None:
        """Build; `change` goes before the norm, not before the noise."""
        super().__init__()
        self.change = change
        self.scale, self.shift = dense(_STYLE, channels), dense(_STYLE, channels)
        self.noise = nn.Sequential(Noise(), conv(channels, channels, 1, initial=glorot_uniform))
        self.activation = nn.LeakyReLU(0.2)

    def forward(self, x_BCHW: Tensor, style: Tensor) -> Tensor:
        """(B, channels, S, S) and (B, 512) → (B, channels, S, S)."""
        scale, shift = (layer(style)[:, :, None, None] for layer in (self.scale, self.shift))
        made: Tensor = self.activation(adaptive(self.change(x_BCHW), scale, shift) + self.noise(x_BCHW))
        return made


def adaptive(x_BCHW: Tensor, scale: Tensor, shift: Tensor, epsilon: float = 1e-3) -> Tensor:
    """Give each channel of each picture a deviation of `scale` and a mean of `shift` (Huang & Belongie 2017).

    Statistics are of float32; `epsilon` is added to the deviation.
    """
    variance, mean = torch.var_mean(x_BCHW.float(), dim=(2, 3), keepdim=True, correction=0)
    deviation = torch.sqrt(variance + 1e-12)  # a root has no slope at nought, where a flat channel would stand
    return ((x_BCHW - mean) / (deviation + epsilon)).to(x_BCHW.dtype) * scale + shift


def _he_normal(weight: Tensor) -> None:
    nn.init.kaiming_normal_(weight, nonlinearity="relu")

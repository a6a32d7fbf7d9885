"""How a map is enlarged: the ways that Phaze-A offers, and the noise that follows them."""

from typing import Literal

import torch
from torch import Tensor, nn

from omote.models.blocks import UpFast, UpHybrid, UpResized, stretch, up, up_stretched

UpscalerName = Literal["resize_images", "subpixel", "upscale_fast", "upscale_hybrid"]
LevelUpscalerName = UpscalerName | Literal["upscale_dny"]


def upscaler(name: LevelUpscalerName, inputs: int, outputs: int) -> nn.Module:
    """Return what doubles the size: (B, inputs, H, W) → (B, outputs, 2 H, 2 W)."""
    match name:
        case "subpixel":
            return up(inputs, outputs)
        case "resize_images":
            return UpResized(inputs, outputs)
        case "upscale_fast":
            return UpFast(inputs, outputs)
        case "upscale_hybrid":
            return UpHybrid(inputs, outputs)
        case "upscale_dny":
            return up_stretched(inputs, outputs)


def enlarged(doublings: int) -> nn.Module:
    """Return what enlarges without weights, at once: one doubling repeats pixels, several are bilinear."""
    larger = nn.Upsample(scale_factor=2) if doublings == 1 else stretch(2**doublings)
    return nn.Sequential(larger, nn.LeakyReLU(0.1)) if doublings else nn.Identity()


class Noise(nn.Module):
    """Adds Gaussian noise of deviation 1 while training; what is made in use is the same every time."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the same shape."""
        return x + torch.randn_like(x) if self.training else x

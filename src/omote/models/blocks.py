"""The parts networks are built of. Weights start as He (convolutions) and Glorot (dense) uniform, biases at zero."""

import torch
from torch import Tensor, nn


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Module:
    """Return a "same" convolution: (B, inputs, H, W) → (B, outputs, H / stride, W / stride).

    With stride 2 the odd row and column of padding stand at the bottom and right, as Keras has it.
    """
    layer = nn.Conv2d(inputs, outputs, kernel, stride)
    nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    total = kernel - stride
    first, last = total // 2, total - total // 2
    if first == last:
        layer.padding = (first, first)
        return layer
    return nn.Sequential(nn.ZeroPad2d((first, last, first, last)), layer)


def dense(inputs: int, outputs: int) -> nn.Linear:
    """Return a fully connected layer."""
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def down(inputs: int, outputs: int, kernel: int = 5, slope: float = 0.1) -> nn.Sequential:
    """Halve the size: (B, inputs, H, W) → (B, outputs, H / 2, W / 2)."""
    return nn.Sequential(conv(inputs, outputs, kernel, stride=2), nn.LeakyReLU(slope))


def up(inputs: int, outputs: int, kernel: int = 3, slope: float = 0.1) -> nn.Sequential:
    """Double the size by sub-pixels: (B, inputs, H, W) → (B, outputs, 2 H, 2 W).

    The convolution stands in one chain with its shuffle; by this `initializers` knows it. Keep to it in other blocks.
    """
    return nn.Sequential(conv(inputs, outputs * 4, kernel), nn.LeakyReLU(slope), nn.PixelShuffle(2))


class Bottleneck(nn.Module):
    """Squeezes a feature map through one vector: (B, C, S, S) → (B, `outputs`, `side`, `side`)."""

    def __init__(self, inputs: int, width: int, outputs: int, side: int) -> None:
        super().__init__()
        self.squeeze, self.widen = dense(inputs, width), dense(width, outputs * side * side)
        self.shape = (outputs, side, side)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the map that the vector alone can say."""
        vector = self.squeeze(torch.flatten(x_BCHW, 1))
        wide: Tensor = self.widen(vector)
        return wide.view(-1, *self.shape)

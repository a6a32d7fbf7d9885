"""The parts networks are built of. Weights start as He (convolutions) and Glorot (dense) uniform, biases at zero.

"Same" padding is as Keras has it: with stride 2 the odd row and column stand at the bottom and right.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

Draw = Callable[[Tensor], object]
"""Draws the first values of a weight in place, from torch's global generator."""


def he_uniform(weight: Tensor) -> None:
    """Draw with variance 2 / fan-in (He et al. 2015, arXiv:1502.01852)."""
    nn.init.kaiming_uniform_(weight, nonlinearity="relu")


def glorot_uniform(weight: Tensor) -> None:
    """Draw with variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010)."""
    nn.init.xavier_uniform_(weight)


def small_normal(weight: Tensor) -> None:
    """Draw from a normal law of deviation 0.02, whatever the layer's width (Radford et al. 2016, arXiv:1511.06434)."""
    nn.init.normal_(weight, std=0.02)


def quiet_uniform(weight: Tensor) -> None:
    """Draw with variance 0.2 / fan-in: a tenth of He's, so that a residual block begins near the identity."""
    bound = math.sqrt(3 * 0.2 / weight[0].numel())
    nn.init.uniform_(weight, -bound, bound)


def conv(
    inputs: int,
    outputs: int,
    kernel: int,
    stride: int = 1,
    *,
    groups: int = 1,
    bias: bool = True,
    initial: Draw = he_uniform,
) -> nn.Module:
    """Return a "same" convolution: (B, inputs, H, W) → (B, outputs, H / stride, W / stride); stride divides H and W."""
    layer = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=bias)
    initial(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    total = kernel - stride
    first, last = total // 2, total - total // 2
    if first == last:
        layer.padding = (first, first)
        return layer
    return nn.Sequential(nn.ZeroPad2d((first, last, first, last)), layer)


def dense(inputs: int, outputs: int, initial: Draw = glorot_uniform) -> nn.Linear:
    """Return a fully connected layer."""
    layer = nn.Linear(inputs, outputs)
    initial(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def down(
    inputs: int, outputs: int, kernel: int = 5, slope: float = 0.1, *, initial: Draw = he_uniform
) -> nn.Sequential:
    """Halve the size: (B, inputs, H, W) → (B, outputs, H / 2, W / 2)."""
    return nn.Sequential(conv(inputs, outputs, kernel, stride=2, initial=initial), nn.LeakyReLU(slope))


def separable_down(inputs: int, outputs: int, kernel: int = 5) -> nn.Sequential:
    """Halve the size by one filter a channel, then mix the channels: (B, inputs, H, W) → (B, outputs, H / 2, W / 2)."""
    each = conv(inputs, inputs, kernel, stride=2, groups=inputs, bias=False)
    return nn.Sequential(each, conv(inputs, outputs, 1), nn.ReLU())


def up(
    inputs: int,
    outputs: int,
    kernel: int = 3,
    slope: float | None = 0.1,
    *,
    factor: int = 2,
    initial: Draw = he_uniform,
) -> nn.Sequential:
    """Enlarge by sub-pixels: (B, inputs, H, W) → (B, outputs, factor · H, factor · W); slope None: no activation.

    The convolution stands in one chain with its shuffle; by this `initializers` knows it. Keep to it in other blocks.
    An activation after the shuffle is the same as one before it.
    """
    activation = () if slope is None else (nn.LeakyReLU(slope),)
    layer = conv(inputs, outputs * factor**2, kernel, initial=initial)
    return nn.Sequential(layer, *activation, nn.PixelShuffle(factor))


def stretch(factor: int = 2) -> nn.Upsample:
    """Enlarge without weights, bilinearly between pixel centres: (B, C, H, W) → (B, C, factor · H, factor · W)."""
    return nn.Upsample(scale_factor=factor, mode="bilinear", align_corners=False)


def up_stretched(inputs: int, outputs: int, slope: float = 0.2) -> nn.Sequential:
    """Double the size bilinearly, then two convolutions ("dny"): (B, inputs, H, W) → (B, outputs, 2 H, 2 W)."""
    return nn.Sequential(
        stretch(),
        *(conv(inputs, outputs, 3), nn.LeakyReLU(slope)),
        *(conv(outputs, outputs, 3), nn.LeakyReLU(slope)),
    )


class UpHybrid(nn.Module):
    """Enlarges, half of the channels by sub-pixels and half bilinearly: (B, C, H, W) → (B, outputs, f · H, f · W)."""

    def __init__(self, inputs: int, outputs: int, slope: float | None = 0.1, *, factor: int = 2) -> None:
        """Build for an even number of outputs; `slope` is of the sub-pixels alone."""
        super().__init__()
        self.sharp = up(inputs, outputs // 2, slope=slope, factor=factor)
        self.smooth = nn.Sequential(conv(inputs, outputs // 2, 3), stretch(factor))

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the sub-pixels' channels, then the bilinear ones."""
        return torch.cat((self.sharp(x_BCHW), self.smooth(x_BCHW)), dim=1)


class UpFast(nn.Module):
    """Doubles the size by sub-pixels that correct a bilinear picture: (B, inputs, H, W) → (B, outputs, 2 H, 2 W)."""

    def __init__(self, inputs: int, outputs: int, slope: float | None = 0.1) -> None:
        super().__init__()
        self.sharp = up(inputs, outputs, slope=slope)
        self.smooth = nn.Sequential(conv(inputs, outputs, 3), stretch())

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the sum of both."""
        both: Tensor = self.smooth(x_BCHW) + self.sharp(x_BCHW)
        return both


class UpResized(nn.Module):
    """Doubles the size bilinearly and by a transposed convolution: (B, inputs, H, W) → (B, outputs, 2 H, 2 W)."""

    def __init__(self, inputs: int, outputs: int, slope: float = 0.2) -> None:
        super().__init__()
        self.smooth = nn.Sequential(stretch(), conv(inputs, outputs, 3))
        self.sharp = nn.ConvTranspose2d(inputs, outputs, 3, stride=2)
        glorot_uniform(self.sharp.weight)
        nn.init.zeros_(self.sharp.bias)  # type: ignore[arg-type]
        self.activation = nn.LeakyReLU(slope)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the sum of both, activated."""
        # "Same" for a transposed convolution: it undoes one whose odd row and column of padding stood last.
        sharp = self.sharp(x_BCHW)[:, :, :-1, :-1]
        made: Tensor = self.activation(self.smooth(x_BCHW) + sharp)
        return made


class Residual(nn.Module):
    """Adds to a map what two 3×3 convolutions make of it: (B, channels, H, W) → the same shape."""

    def __init__(self, channels: int, slope: float = 0.2, *, bias: bool = True, initial: Draw = he_uniform) -> None:
        """Build; `initial` is for the first convolution, the second begins quiet."""
        super().__init__()
        self.change = nn.Sequential(
            conv(channels, channels, 3, bias=bias, initial=initial),
            nn.LeakyReLU(slope),
            conv(channels, channels, 3, bias=bias, initial=quiet_uniform),
        )
        self.activation = nn.LeakyReLU(slope)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the changed map, activated."""
        made: Tensor = self.activation(x_BCHW + self.change(x_BCHW))
        return made


class Bottleneck(nn.Module):
    """Squeezes a feature map through one vector: (B, C, S, S) → (B, `outputs`, `side`, `side`)."""

    def __init__(self, inputs: int, width: int, outputs: int, side: int, initial: Draw = glorot_uniform) -> None:
        super().__init__()
        self.squeeze = dense(inputs, width, initial)
        self.widen = dense(width, outputs * side * side, initial)
        self.side = side

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the map that the vector alone can say."""
        vector = self.squeeze(torch.flatten(x_BCHW, 1))
        wide: Tensor = self.widen(vector)
        return wide.view(-1, wide.shape[1] // self.side**2, self.side, self.side)


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """Return a batch norm with Keras' constants: 0.001 under the root, statistics that move by a hundredth a step."""
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class InstanceNorm(nn.Module):
    """Shifts and scales each picture as a whole, all channels together: (B, C, H, W) → the same shape.

    One factor and one shift for the whole layer, as the Keras layer of this name has them when it is given no axis; the
    instance norm of Ulyanov et al. (2016, arXiv:1607.08022) would have them, and the statistics, for each channel.
    """

    def __init__(self, epsilon: float = 1e-3) -> None:
        """Build; `epsilon` is added to the standard deviation."""
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))
        self.epsilon = epsilon

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return pictures of mean `bias` and of deviation `weight`, nearly; statistics are of float32."""
        variance, mean = torch.var_mean(x_BCHW.float(), dim=(1, 2, 3), keepdim=True, correction=0)
        deviation = torch.sqrt(variance + 1e-12)  # a root has no slope at nought, where a black picture would stand
        scale = self.weight / (deviation + self.epsilon)
        return ((x_BCHW - mean) * scale + self.bias).to(x_BCHW.dtype)


class Shades(nn.Module):
    """Takes any numbers to 0 to 1 by the logistic function, in float32: half precision has few shades near white."""

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the same shape, float32."""
        return torch.sigmoid(x_BCHW.float())


def picture(inputs: int, outputs: int = 3, kernel: int = 5) -> nn.Sequential:
    """Make a face or a mask of 0 to 1: (B, inputs, H, W) → (B, outputs, H, W), float32."""
    return nn.Sequential(conv(inputs, outputs, kernel), Shades())

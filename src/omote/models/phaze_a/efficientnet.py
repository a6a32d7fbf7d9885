"""EfficientNet (Tan & Le 2019, arXiv:1905.11946) and its second version (2021, arXiv:2104.00298), less the classifier.

Parameters are named as in timm's files of `tf_efficientnet_b0` and so on, so that these fit by name.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

_DROP_PATH = 0.2
"""Share of pictures that the last block lets pass as they are; earlier ones in proportion."""


class Stage(NamedTuple):
    """A run of blocks.

    Attributes:
        outputs: channels of each.
        repeats: how many there are.
        stride: of the first.
        expansion: how many times wider a block is inside.
        kernel: side of its kernel.
        fused: one full convolution in place of a pointwise and a depthwise one, and no squeeze.
    """

    outputs: int
    repeats: int
    stride: int
    expansion: int
    kernel: int = 3
    fused: bool = False


class Scale(NamedTuple):
    """A member of a family, beside its first.

    Attributes:
        width: how many times wider; channels are rounded to multiples of 8.
        depth: how many times deeper, rounded up.
        loss: share of channels that rounding may take; where it would take more, it gives some instead.
    """

    width: float = 1.0
    depth: float = 1.0
    loss: float = 0.1

    def channels(self, count: int) -> int:
        """Return the scaled and rounded number of channels."""
        exact = count * self.width
        rounded = max(8, int(exact + 4) // 8 * 8)
        return rounded if rounded >= (1 - self.loss) * exact else rounded + 8


V1 = (
    Stage(16, 1, 1, 1), Stage(24, 2, 2, 6), Stage(40, 2, 2, 6, 5), Stage(80, 3, 2, 6), Stage(112, 3, 1, 6, 5),
    Stage(192, 4, 2, 6, 5), Stage(320, 1, 1, 6),
)  # fmt: skip
V2_BASE = (
    Stage(16, 1, 1, 1, fused=True), Stage(32, 2, 2, 4, fused=True), Stage(48, 2, 2, 4, fused=True), Stage(96, 3, 2, 4),
    Stage(112, 5, 1, 6), Stage(192, 8, 2, 6),
)  # fmt: skip
V2_S = (
    Stage(24, 2, 1, 1, fused=True), Stage(48, 4, 2, 4, fused=True), Stage(64, 4, 2, 4, fused=True), Stage(128, 6, 2, 4),
    Stage(160, 9, 1, 6), Stage(256, 15, 2, 6),
)  # fmt: skip
V2_M = (
    Stage(24, 3, 1, 1, fused=True), Stage(48, 5, 2, 4, fused=True), Stage(80, 5, 2, 4, fused=True), Stage(160, 7, 2, 4),
    Stage(176, 14, 1, 6), Stage(304, 18, 2, 6), Stage(512, 5, 1, 6),
)  # fmt: skip
V2_L = (
    Stage(32, 4, 1, 1, fused=True), Stage(64, 7, 2, 4, fused=True), Stage(96, 7, 2, 4, fused=True),
    Stage(192, 10, 2, 4), Stage(224, 19, 1, 6), Stage(384, 25, 2, 6), Stage(640, 7, 1, 6),
)  # fmt: skip


class EfficientNet(nn.Module):
    """Makes a map a 32nd of a picture's size: (B, 3, H, W) → (B, channels, H / 32, W / 32).

    Attributes:
        channels: of the map.
    """

    def __init__(self, stages: Sequence[Stage], stem: int, head: int, scale: Scale = Scale()) -> None:  # noqa: B008
        """Build; `stem` and `head` are the channels of the first and last convolution before they are scaled."""
        super().__init__()
        inputs = scale.channels(stem)
        self.conv_stem, self.bn1 = Same(3, inputs, 3, 2), _norm(inputs)
        depths = [math.ceil(stage.repeats * scale.depth) for stage in stages]
        drops = iter(_DROP_PATH * block / sum(depths) for block in range(sum(depths)))
        self.blocks = nn.Sequential()
        for stage, depth in zip(stages, depths, strict=True):
            outputs = scale.channels(stage.outputs)
            run = nn.Sequential()
            for block in range(depth):
                run.append(_block(stage, inputs, outputs, 1 if block else stage.stride, next(drops)))
                inputs = outputs
            self.blocks.append(run)
        self.channels = scale.channels(head)
        self.conv_head, self.bn2 = Same(inputs, self.channels, 1), _norm(self.channels)

    def forward(self, picture_BCHW: Tensor) -> Tensor:
        """Return the map."""
        x = self.blocks(functional.silu(self.bn1(self.conv_stem(picture_BCHW))))
        return functional.silu(self.bn2(self.conv_head(x)))


class Same(nn.Conv2d):
    """A convolution without bias, padded as TensorFlow does: an odd row or column stands at the bottom and right."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)
        fan_out = outputs // groups * kernel**2
        nn.init.trunc_normal_(self.weight, std=math.sqrt(2 / fan_out))

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, ⌈H / stride⌉, ⌈W / stride⌉)."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        pads = [max((math.ceil(side / stride) - 1) * stride + kernel - side, 0) for side in x_BCHW.shape[-2:]]
        rows, columns = ((pad // 2, pad - pad // 2) for pad in pads)
        return super().forward(functional.pad(x_BCHW, (*columns, *rows)) if any(pads) else x_BCHW)


class Squeeze(nn.Module):
    """Weighs channels by what their means say (Hu et al. 2018, arXiv:1709.01507)."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.conv_reduce, self.conv_expand = nn.Conv2d(channels, inner, 1), nn.Conv2d(inner, channels, 1)
        for layer in (self.conv_reduce, self.conv_expand):
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the same shape."""
        means = x_BCHW.mean((2, 3), keepdim=True)
        return x_BCHW * torch.sigmoid(self.conv_expand(functional.silu(self.conv_reduce(means))))


class _Residual(nn.Module):
    """What the blocks share: the input is added where the shape stays."""

    def __init__(self, kept: bool, drop: float) -> None:
        super().__init__()
        self.kept, self.drop = kept, drop

    def added(self, x_BCHW: Tensor, change: Tensor) -> Tensor:
        """Return the sum; in training some pictures pass unchanged (Huang et al. 2016, arXiv:1603.09382)."""
        if not self.kept:
            return change
        if self.training and self.drop:
            kept = torch.rand(len(change), 1, 1, 1, device=change.device) >= self.drop
            change = change * kept.to(change.dtype) / (1 - self.drop)
        return x_BCHW + change


class Separable(_Residual):
    """Depthwise, then pointwise: the block of an expansion of 1."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, drop: float) -> None:
        super().__init__(inputs == outputs and stride == 1, drop)
        self.conv_dw, self.bn1 = Same(inputs, inputs, kernel, stride, groups=inputs), _norm(inputs)
        self.se = Squeeze(inputs, _quarter(inputs))
        self.conv_pw, self.bn2 = Same(inputs, outputs, 1), _norm(outputs)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, H / stride, W / stride)."""
        wide = self.se(functional.silu(self.bn1(self.conv_dw(x_BCHW))))
        return self.added(x_BCHW, self.bn2(self.conv_pw(wide)))


class Inverted(_Residual):
    """Wider, depthwise, narrower."""

    def __init__(self, inputs: int, wide: int, outputs: int, kernel: int, stride: int, drop: float) -> None:
        super().__init__(inputs == outputs and stride == 1, drop)
        self.conv_pw, self.bn1 = Same(inputs, wide, 1), _norm(wide)
        self.conv_dw, self.bn2 = Same(wide, wide, kernel, stride, groups=wide), _norm(wide)
        self.se = Squeeze(wide, _quarter(inputs))
        self.conv_pwl, self.bn3 = Same(wide, outputs, 1), _norm(outputs)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, H / stride, W / stride)."""
        wide = functional.silu(self.bn1(self.conv_pw(x_BCHW)))
        wide = self.se(functional.silu(self.bn2(self.conv_dw(wide))))
        return self.added(x_BCHW, self.bn3(self.conv_pwl(wide)))


class Fused(_Residual):
    """Wider by a full convolution, then narrower."""

    def __init__(self, inputs: int, wide: int, outputs: int, kernel: int, stride: int, drop: float) -> None:
        super().__init__(inputs == outputs and stride == 1, drop)
        self.conv_exp, self.bn1 = Same(inputs, wide, kernel, stride), _norm(wide)
        self.conv_pwl, self.bn2 = Same(wide, outputs, 1), _norm(outputs)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, H / stride, W / stride)."""
        wide = functional.silu(self.bn1(self.conv_exp(x_BCHW)))
        return self.added(x_BCHW, self.bn2(self.conv_pwl(wide)))


class Plain(_Residual):
    """One full convolution: the fused block of an expansion of 1."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, drop: float) -> None:
        super().__init__(inputs == outputs and stride == 1, drop)
        self.conv, self.bn1 = Same(inputs, outputs, kernel, stride), _norm(outputs)

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """(B, inputs, H, W) → (B, outputs, H / stride, W / stride)."""
        return self.added(x_BCHW, functional.silu(self.bn1(self.conv(x_BCHW))))


def _block(stage: Stage, inputs: int, outputs: int, stride: int, drop: float) -> nn.Module:
    wide = inputs * stage.expansion
    match stage.fused, stage.expansion == 1:
        case True, True:
            return Plain(inputs, outputs, stage.kernel, stride, drop)
        case True, False:
            return Fused(inputs, wide, outputs, stage.kernel, stride, drop)
        case False, True:
            return Separable(inputs, outputs, stage.kernel, stride, drop)
    return Inverted(inputs, wide, outputs, stage.kernel, stride, drop)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def _quarter(channels: int) -> int:
    return max(1, int(channels * 0.25))

"""From the code to a small map: bottleneck, dense layers, enlargement."""

from itertools import pairwise

from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.models.blocks import dense
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.curve import filters
from omote.models.phaze_a.ladder import Ladder, ladder_filters
from omote.models.phaze_a.norms import norm
from omote.models.phaze_a.upscale import enlarged, upscaler

Shape = tuple[int, ...]
"""Of a code without its batch: (C, H, W), or (C,) where it is a vector already."""


class Squeeze(nn.Module):
    """The bottleneck: makes a map or a vector a vector of `width` numbers.

    Attributes:
        width: how many.
    """

    def __init__(self, config: PhazeAConfig, code: Shape) -> None:
        super().__init__()
        channels, *sides = code
        flat = channels * sides[0] * sides[1] if sides else channels
        self.norm = norm(config.bottleneck_norm, channels)
        self.squeeze: nn.Module = nn.Flatten()
        self.width = flat
        if config.bottleneck_type == "dense":
            self.squeeze = nn.Sequential(nn.Flatten(), dense(flat, config.bottleneck_size))
            self.width = config.bottleneck_size
        elif sides and config.bottleneck_type != "flatten":
            pool = nn.AdaptiveAvgPool2d(1) if config.bottleneck_type == "average_pooling" else nn.AdaptiveMaxPool2d(1)
            self.squeeze = nn.Sequential(pool, nn.Flatten())
            self.width = channels

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) or (B, C) → (B, width)."""
        vector: Tensor = self.squeeze(self.norm(x))
        return vector


class FullyConnected(nn.Module):
    """Makes the small map that a decoder begins with.

    Attributes:
        outputs: its shape.
    """

    def __init__(self, config: PhazeAConfig, code: Shape) -> None:
        super().__init__()
        self.squeeze, width = _bottleneck(config, code)
        side = config.fc_dimensions
        self.shape = (config.fc_max_filters, side, side)
        nodes = [channels * side**2 for channels in _channels(config)]
        if not nodes and width != config.fc_max_filters * side**2:
            raise SettingError(
                f"with fc_depth 0 the bottleneck's {width} numbers should be the map's: "
                f"{config.fc_max_filters} filters of {side} × {side}"  # noqa: RUF001 - × is meant
            )
        self.dense = _dense(width, nodes, config.fc_dropout)
        self.enlarge = _enlarge(config)
        own = ladder_filters(config)[: config.dec_upscales_in_fc]
        self.levels = Ladder(config, config.fc_map, own, bottom=True) if own else nn.Identity()
        self.outputs = self.levels.outputs if isinstance(self.levels, Ladder) else config.fc_map

    def forward(self, code: Tensor) -> Tensor:
        """(B, *code) → (B, *outputs)."""
        small = self.dense(self.squeeze(code)).view(-1, *self.shape)
        made: Tensor = self.levels(self.enlarge(small))
        return made


class Style(nn.Module):
    """Makes the style that G-blocks follow.

    Attributes:
        width: how many numbers it has.
    """

    def __init__(self, config: PhazeAConfig, code: Shape) -> None:
        super().__init__()
        self.squeeze, width = _bottleneck(config, code)
        nodes = filters(
            config.fc_gblock_min_nodes,
            config.fc_gblock_max_nodes,
            config.fc_gblock_depth,
            config.fc_gblock_filter_slope,
        )
        self.dense = _dense(width, nodes, config.fc_gblock_dropout)
        self.width = nodes[-1]

    def forward(self, code: Tensor) -> Tensor:
        """(B, *code) → (B, width)."""
        style: Tensor = self.dense(self.squeeze(code))
        return style


def _bottleneck(config: PhazeAConfig, code: Shape) -> tuple[nn.Module, int]:
    if config.bottleneck_in_encoder:
        return nn.Identity(), code[0]
    squeeze = Squeeze(config, code)
    return squeeze, squeeze.width


def _channels(config: PhazeAConfig) -> list[int]:
    # The last layer fills the map, also where it is the only one.
    curve = filters(config.fc_min_filters, config.fc_max_filters, config.fc_depth, config.fc_filter_slope)
    return [*curve[:-1], config.fc_max_filters] if curve else []


def _dense(width: int, nodes: list[int], dropout: float) -> nn.Sequential:
    layers = nn.Sequential()
    for inputs, outputs in pairwise([width, *nodes]):
        layers.extend([nn.Dropout(dropout), dense(inputs, outputs)])
    return layers


def _enlarge(config: PhazeAConfig) -> nn.Module:
    if config.fc_upsampler == "upsample2d":
        return enlarged(config.fc_upsamples)
    steps = nn.Sequential()
    inputs = config.fc_max_filters
    for _ in range(config.fc_upsamples):
        steps.append(upscaler(config.fc_upsampler, inputs, config.fc_upsample_filters))
        inputs = config.fc_upsample_filters
    return steps

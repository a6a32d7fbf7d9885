"""The decoder's levels: each doubles the size. Some of the first may belong to the fully connected networks."""

from collections.abc import Sequence

from torch import Tensor, nn

from omote.models.blocks import Residual, conv
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.curve import filters
from omote.models.phaze_a.norms import norm
from omote.models.phaze_a.plan import Map, fitted
from omote.models.phaze_a.upscale import Noise, upscaler


class Reshape(nn.Module):
    """Puts a map's numbers into another shape: (B, C, S, S) → (B, channels, side, side)."""

    def __init__(self, shape: Map) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x_BCHW: Tensor) -> Tensor:
        """Return the same numbers in the same order."""
        return x_BCHW.reshape(-1, self.shape.channels, self.shape.side, self.shape.side)


class Ladder(nn.Sequential):
    """A run of levels, from the bottom or from the middle of the decoder.

    Attributes:
        outputs: shape of what it makes.
    """

    def __init__(self, config: PhazeAConfig, given: Map, levels: Sequence[int], bottom: bool) -> None:
        """Build.

        Args:
            config: says how.
            given: shape of the maps it is given.
            levels: filters of each.
            bottom: it begins the decoder, so that it puts the map into shape; dny levels look at it once more first.
        """
        start = fitted(given, config.output_size)
        steps: list[nn.Module] = [Reshape(start)] if start != given else []
        inputs = start.channels
        if bottom and levels and config.dec_upscale_method == "upscale_dny":
            steps.append(_look(inputs, levels[0]))
            inputs = levels[0]
        for position, outputs in enumerate(levels, 1):
            bare = config.dec_skip_last_residual and position == len(levels)
            steps.append(_level(config, inputs, outputs, 0 if bare else config.dec_res_blocks))
            inputs = outputs
        super().__init__(*steps)
        self.outputs = Map(inputs, start.side * 2 ** len(levels))


def decoder(config: PhazeAConfig, given: Map, outputs: int) -> nn.Sequential:
    """Return the levels that are the decoder's own, and the last convolution.

    Args:
        config: says how.
        given: shape of the maps it is given.
        outputs: channels of what it makes of them, output_size a side, before the sigmoid.
    """
    own = ladder_filters(config)[config.dec_upscales_in_fc :]
    ladder = Ladder(config, given, own, bottom=not config.dec_upscales_in_fc)
    return nn.Sequential(ladder, conv(ladder.outputs.channels, outputs, config.dec_output_kernel))


def ladder_filters(config: PhazeAConfig) -> list[int]:
    """Return the filters of all levels, those in the fully connected networks first."""
    levels = fitted(config.fc_map, config.output_size).doublings(config.output_size)
    return filters(
        config.dec_max_filters, config.dec_min_filters, levels, config.dec_filter_slope, config.dec_slope_mode
    )


def _look(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        *(conv(inputs, outputs, 4), nn.LeakyReLU(0.2)),
        *(conv(outputs, outputs, 3), nn.LeakyReLU(0.2)),
    )


def _level(config: PhazeAConfig, inputs: int, outputs: int, residuals: int) -> nn.Sequential:
    steps = [upscaler(config.dec_upscale_method, inputs, outputs)]
    if config.dec_gaussian:
        steps.append(Noise())
    if config.dec_norm != "none":
        steps.append(norm(config.dec_norm, outputs))
    if residuals:
        steps += [nn.LeakyReLU(0.2), *(Residual(outputs) for _ in range(residuals))]
    elif config.dec_upscale_method != "upscale_dny":
        steps.append(nn.LeakyReLU(0.1))
    return nn.Sequential(*steps)

"""fs_original: Phaze-A's own encoders of plain convolutions, and the same in the "alt" (dny) way."""

from itertools import pairwise

from torch import nn

from omote.core.errors import SettingError
from omote.models.blocks import conv, down
from omote.models.phaze_a.plan import Map


def halving(depth: int, least: int, most: int, side: int) -> tuple[nn.Sequential, Map]:
    """Return `depth` halvings of (B, 3, side, side), of `least` filters and twice as many each, `most` at most.

    Returns:
        The encoder, and the shape of what it makes. A side that is odd on the way is halved upwards.
    """
    layers = nn.Sequential()
    inputs = 3
    for level in range(depth):
        outputs = min(least * 2**level, most)
        if side % 2:
            layers.append(nn.ZeroPad2d((1, 0, 1, 0)))  # "same" padding of an odd side is symmetric
        layers.append(down(inputs, outputs))
        inputs, side = outputs, (side + 1) // 2
    return layers, Map(inputs, side)


def pooling(depth: int, least: int, most: int, side: int) -> tuple[nn.Sequential, Map]:
    """Return the alt encoder: two convolutions and a pooling a level, the last without padding over what is left.

    Of 4 px that are left it makes one.

    Raises:
        SettingError: less than 4 px are left.
    """
    left = side // 2 ** (depth - 1)
    if left < 4:
        raise SettingError(
            f"{depth} levels of the alt encoder leave {left} of {side} px, and it needs 4",
            "fs_original_depth",
            "take fewer levels or a larger enc_scaling",
        )
    widths = [min(least * 2**level, most) for level in range(depth + 1)]
    layers = nn.Sequential(*_active(conv(3, widths[0], 1)))
    for inputs, outputs in pairwise(widths[:-1]):
        layers.extend([*_active(conv(inputs, inputs, 3)), *_active(conv(inputs, outputs, 3)), nn.MaxPool2d(2)])
    layers.extend(_active(conv(widths[-2], widths[-2], 3)))
    layers.extend(_active(_valid(widths[-2], widths[-1])))
    return layers, Map(widths[-1], left - 3)


def _active(layer: nn.Module) -> tuple[nn.Module, nn.Module]:
    return layer, nn.LeakyReLU(0.2)


def _valid(inputs: int, outputs: int) -> nn.Module:
    _, layer = conv(inputs, outputs, 4).children()  # without the padding before it
    return layer

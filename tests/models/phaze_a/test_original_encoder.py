from itertools import pairwise

import pytest
import torch

from omote.core.errors import SettingError
from omote.models.phaze_a.original_encoder import halving, pooling
from omote.models.phaze_a.plan import Map


def counted(layers: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in layers.parameters())


@pytest.mark.parametrize(("depth", "least", "most", "side"), [(2, 16, 256, 64), (4, 126, 256, 80), (6, 16, 256, 80)])
def test_halvings_have_the_shape_and_size_they_say(depth: int, least: int, most: int, side: int) -> None:
    with torch.device("meta"):
        layers, made = halving(depth, least, most, side)
        assert layers(torch.rand(1, 3, side, side)).shape == (1, made.channels, made.side, made.side)
    widths = [3, *(min(least * 2**level, most) for level in range(depth))]
    assert counted(layers) == sum(25 * a * b + b for a, b in pairwise(widths))
    assert made == Map(widths[-1], -(-side // 2**depth))


def test_an_odd_side_is_padded_alike_on_both_sides() -> None:
    layers, _ = halving(1, 16, 256, 5)
    layers = layers.double()
    x = torch.rand(1, 3, 5, 5, dtype=torch.float64)
    flipped = layers(x.flip(2, 3))
    for layer in layers.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.weight.data = layer.weight.data.flip(2, 3)
    assert torch.allclose(layers(x).flip(2, 3), flipped)


@pytest.mark.parametrize(("depth", "side"), [(2, 8), (7, 256), (3, 32)])
def test_the_alt_encoder_leaves_one_pixel_of_four(depth: int, side: int) -> None:
    with torch.device("meta"):
        layers, made = pooling(depth, 16, 512, side)
        assert layers(torch.rand(1, 3, side, side)).shape == (1, made.channels, made.side, made.side)
    assert made.side == side // 2 ** (depth - 1) - 3
    assert made.channels == min(16 * 2**depth, 512)


def test_the_alt_encoder_has_the_size_of_its_definition() -> None:
    with torch.device("meta"):
        layers, _ = pooling(3, 16, 256, 32)
    expected = 3 * 16 + 16
    for inputs, outputs, last in ((16, 32, 9), (32, 64, 9), (64, 128, 16)):
        expected += 9 * inputs * inputs + inputs + last * inputs * outputs + outputs
    assert counted(layers) == expected


def test_too_many_levels_are_an_error() -> None:
    with pytest.raises(SettingError, match="leave 2 of 64 px"):
        pooling(6, 16, 256, 64)

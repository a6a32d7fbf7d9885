import math

import pytest
import torch
from torch.nn import functional

from omote.models.blocks import Bottleneck, conv, dense, down, up


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (5, 1), (1, 1), (3, 2), (5, 2)])
def test_same_padding_as_keras_has_it(kernel: int, stride: int) -> None:
    layer = conv(2, 3, kernel, stride)
    inner = layer if isinstance(layer, torch.nn.Conv2d) else layer[1]  # type: ignore[index]
    x = torch.rand(1, 2, 8, 8)
    total = kernel - stride
    first = total // 2
    padded = functional.pad(x, (first, total - first, first, total - first))
    slow = functional.conv2d(padded, inner.weight, inner.bias, stride)
    torch.testing.assert_close(layer(x), slow)
    assert slow.shape == (1, 3, 8 // stride, 8 // stride)


def test_weights_start_he_and_glorot_uniform_and_biases_at_zero() -> None:
    torch.manual_seed(0)
    weight = dict(conv(64, 128, 3).named_parameters())["weight"]
    bound = math.sqrt(6 / (64 * 9))
    assert bound * 0.99 < weight.abs().max() <= bound
    layer = dense(300, 200)
    assert layer.weight.abs().max() <= math.sqrt(6 / 500)
    assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / 500), rel=0.02)
    assert layer.bias.abs().max() == 0


def test_down_halves_and_up_doubles() -> None:
    x = torch.rand(2, 4, 8, 8)
    assert down(4, 6)(x).shape == (2, 6, 4, 4)
    assert up(4, 6)(x).shape == (2, 6, 16, 16)


def test_a_bottleneck_lets_only_its_width_through() -> None:
    block = Bottleneck(3 * 4 * 4, 5, outputs=6, side=2)
    out = block(torch.rand(50, 3, 4, 4))
    assert out.shape == (50, 6, 2, 2)
    assert torch.linalg.matrix_rank((out - out.mean(0)).flatten(1), rtol=1e-4) == 5

import pytest
import torch
from torch import nn

from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.efficientnet import V1, EfficientNet, Same, Scale, Separable, Stage
from omote.models.phaze_a.towers import EFFICIENT

KERAS: dict[Architecture, tuple[int, int]] = {
    "efficientnet_b0": (4_007_548, 42_016),
    "efficientnet_b4": (17_548_616, 125_200),
    "efficientnet_v2_b0": (5_858_704, 60_608),
    "efficientnet_v2_s": (20_177_488, 153_872),
}
"""Trainable parameters and statistics of norms (Keras' B0 and B4 have seven constants more, for colours)."""


@pytest.mark.parametrize("name", KERAS)
def test_it_has_the_known_size(name: Architecture) -> None:
    with torch.device("meta"):
        net = EFFICIENT[name]()
    statistics = sum(values.numel() for key, values in net.named_buffers() if "running" in key)
    assert (sum(parameter.numel() for parameter in net.parameters()), statistics) == KERAS[name]


def test_channels_are_rounded_to_eights_that_lose_little() -> None:
    assert [Scale(1.4).channels(count) for count in (16, 24, 40, 1280)] == [24, 32, 56, 1792]
    assert Scale(1.2).channels(16) == 24
    assert Scale(1.2, loss=1).channels(16) == 16


@pytest.mark.parametrize("side", [64, 80, 49])
def test_the_map_is_a_32nd_rounded_up(side: int) -> None:
    with torch.device("meta"):
        net = EfficientNet(V1, 32, 1280).eval()
        small = -(-side // 32)
        assert net(torch.rand(1, 3, side, side)).shape == (1, 1280, small, small)


@pytest.mark.parametrize(
    ("side", "kernel", "stride"), [(8, 3, 2), (8, 5, 2), (7, 3, 2), (7, 5, 2), (6, 3, 1), (5, 1, 1)]
)
def test_padding_is_that_of_tensorflow(side: int, kernel: int, stride: int) -> None:
    layer = Same(1, 1, kernel, stride)
    nn.init.ones_(layer.weight)
    x = torch.rand(1, 1, side, side)
    outputs = -(-side // stride)
    total = max((outputs - 1) * stride + kernel - side, 0)
    made = layer(x)[0, 0]
    assert made.shape == (outputs, outputs)
    for row in range(outputs):
        for column in range(outputs):
            top, left = (place * stride - total // 2 for place in (row, column))
            part = x[0, 0, max(top, 0) : max(top + kernel, 0), max(left, 0) : max(left + kernel, 0)]
            assert torch.isclose(made[row, column], part.sum(), atol=1e-5)


def test_some_pictures_pass_a_block_unchanged_while_training() -> None:
    torch.manual_seed(0)
    block = Separable(8, 8, 3, 1, drop=0.5)
    x = torch.rand(64, 8, 4, 4)
    unchanged = (block(x) == x).flatten(1).all(1).sum()
    assert 16 < unchanged < 48
    assert not (block.eval()(x) == x).flatten(1).all(1).any()


def test_all_kinds_of_blocks_learn() -> None:
    torch.manual_seed(0)
    stages = (Stage(8, 2, 1, 1, fused=True), Stage(8, 2, 2, 4, fused=True), Stage(8, 2, 2, 1), Stage(16, 2, 2, 6, 5))
    net = EfficientNet(stages, 8, 32)
    net(torch.rand(2, 3, 32, 32)).square().mean().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())

from typing import Any

import pytest
import torch
from torch import nn

from omote.models.registry import build


def multiply_adds(network: nn.Module, face: torch.Tensor) -> int:
    total = 0

    def count(layer: nn.Module, inputs: Any, output: torch.Tensor) -> None:
        nonlocal total
        weight: Any = layer.weight
        total += output[0].numel() * weight[0].numel() if isinstance(layer, nn.Conv2d) else weight.numel()

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            layer.register_forward_hook(count)
    network(face, "b")
    return total


@pytest.mark.parametrize("learn_mask", [False, True])
def test_it_is_small(learn_mask: bool) -> None:
    network = build("nano", {"learn_mask": learn_mask})
    assert multiply_adds(network, torch.rand(1, 3, 64, 64)) <= 60_000_000


def test_shapes_and_the_learnt_mask() -> None:
    made = build("nano", {})(torch.rand(2, 3, 64, 64), "a")
    assert made.face.shape == (2, 3, 64, 64)
    assert made.mask.shape == (2, 1, 64, 64)
    assert build("nano", {"learn_mask": False})(torch.rand(1, 3, 64, 64), "a").mask is None

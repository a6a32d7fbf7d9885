from typing import Any

import torch

from omote.models.registry import build


def parameters(module: Any) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_every_part_has_the_classic_s_size() -> None:
    network: Any = build("lightweight", {})
    assert parameters(network.encoder) == 29_806_336
    assert parameters(network.decoders["a"]) == parameters(network.decoders["b"]) == 10_630_019
    assert parameters(network) == 51_066_374


def test_shapes_and_the_learnt_mask() -> None:
    network = build("lightweight", {"learn_mask": True})
    code = network.encode(torch.rand(1, 3, 64, 64))
    assert code.shape == (1, 256, 8, 8)
    made = network.decode(code, "a")
    assert made.face.shape == (1, 3, 64, 64)
    assert made.mask is not None
    assert made.mask.shape == (1, 1, 64, 64)

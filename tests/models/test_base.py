from typing import Any

import torch
from torch import nn

from omote.models.blocks import Bottleneck
from omote.models.nano import Nano, NanoConfig
from omote.models.registry import build


def test_forward_is_encode_then_decode() -> None:
    network = build("nano", {}).eval()
    face = torch.rand(1, 3, 64, 64)
    assert torch.equal(network(face, "b").face, network.decode(network.encode(face), "b").face)
    assert not torch.equal(network(face, "a").face, network(face, "b").face)


def test_parts_are_children_one_for_each_person_and_all_bottlenecks() -> None:
    network: Any = build("lightweight", {"learn_mask": True})
    parts = network.parts()
    assert list(parts) == [
        "encoder", "decoders", "decoders.a", "decoders.b", "masks", "masks.a", "masks.b", "inter",
    ]  # fmt: skip
    assert parts["decoders.b"] is network.decoders["b"]
    assert list(parts["inter"]) == [module for module in network.encoder if isinstance(module, Bottleneck)]


def test_a_child_without_weights_is_no_part() -> None:
    assert "masks" not in build("lightweight", {}).parts()


def test_a_child_named_inter_is_the_part_of_that_name() -> None:
    network = Nano(NanoConfig())
    network.inter = nn.Linear(2, 2)
    assert network.parts()["inter"] is network.inter


def test_taking_parts_changes_no_name() -> None:
    network = build("nano", {})
    before = list(network.state_dict())
    network.parts()
    assert list(network.state_dict()) == before


def test_children_whose_names_begin_with_inter_are_that_part_and_not_the_bottlenecks() -> None:
    network = Nano(NanoConfig())
    network.inter_a, network.inter_both = nn.Linear(2, 2), nn.Linear(3, 3)
    parts: Any = network.parts()
    assert list(parts["inter"]) == [parts["inter_a"], parts["inter_both"]]


def test_twin_decoders_are_of_the_side_that_is_asked_for() -> None:
    network: Any = build("lightweight", {"learn_mask": True})
    code = network.encode(torch.rand(1, 3, 64, 64))
    for side in ("a", "b"):
        made = network.decode(code, side)
        assert torch.equal(made.face, network.decoders[side](code))
        assert torch.equal(made.mask, network.masks[side](code))
        assert made.smaller == ()

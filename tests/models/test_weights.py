# ruff: noqa: RUF001 - × is meant
import pytest
import torch
from torch import nn

from omote.core.errors import ModelError
from omote.models.registry import build
from omote.models.weights import Misshapen, compare, load_weights


class Pair(nn.Module):
    def __init__(self, wide: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        self.decoders = nn.ModuleDict({side: nn.Linear(3, wide) for side in "ab"})


def test_weights_make_two_networks_equal() -> None:
    one, other, face = build("nano", {}), build("nano", {}), torch.rand(1, 3, 64, 64)
    assert not torch.equal(one(face, "a").face, other(face, "a").face)
    load_weights(other, one.state_dict())
    assert torch.equal(one(face, "a").face, other(face, "a").face)


def test_weights_of_another_network_are_refused_and_change_nothing() -> None:
    network = build("nano", {"learn_mask": False})
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    first = r"decoders.a.2.weight is 16×40×3×3 there, 12×40×3×3 here, and 3 more"
    with pytest.raises(ModelError, match=rf"of another network \({first}\)"):
        load_weights(network, build("nano", {}).state_dict())
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_a_comparison_sorts_every_tensor_into_one_heap() -> None:
    weights = Pair(5).state_dict() | {"inter.bias": torch.zeros(4)}
    del weights["encoder.1.running_mean"]
    found = compare(Pair(4), weights)
    assert found.fitted == (
        "encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias", "encoder.1.running_var",
        "encoder.1.num_batches_tracked",
    )  # fmt: skip
    assert found.misshapen == (
        Misshapen("decoders.a.weight", (5, 3), (4, 3)),
        Misshapen("decoders.a.bias", (5,), (4,)),
        Misshapen("decoders.b.weight", (5, 3), (4, 3)),
        Misshapen("decoders.b.bias", (5,), (4,)),
    )
    assert found.missing == ("encoder.1.running_mean",)
    assert found.unused == ("inter.bias",)


def test_differences_say_what_is_where() -> None:
    weights = Pair(4).state_dict() | {"encoder.1.num_batches_tracked": torch.zeros(2), "inter.bias": torch.zeros(4)}
    del weights["decoders.b.bias"]
    found = compare(Pair(4), weights)
    assert found.differences() == [
        "encoder.1.num_batches_tracked is 2 there, one number here",
        "decoders.b.bias is not there",
        "inter.bias is not here",
    ]
    assert found.in_short() == "encoder.1.num_batches_tracked is 2 there, one number here, and 2 more"


def test_a_network_s_own_weights_have_no_difference() -> None:
    found = compare(Pair(4), Pair(4).half().state_dict())
    assert found.differences() == []
    assert found.summary() == "encoder: 7 of 7; decoders.a: 2 of 2; decoders.b: 2 of 2"


def test_a_summary_speaks_of_parts() -> None:
    weights = Pair(5).state_dict() | {"inter.bias": torch.zeros(4), "inter.weight": torch.zeros(4)}
    del weights["encoder.1.running_mean"]
    assert compare(Pair(4), weights).summary() == (
        "encoder: 6 of 7 (1 not there); "
        "decoders.a: 0 of 2 (weight is 5×3 there, 4×3 here, and 1 more of another shape); "
        "decoders.b: 0 of 2 (weight is 5×3 there, 4×3 here, and 1 more of another shape); "
        "not used: inter (2)"
    )

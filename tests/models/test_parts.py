from collections.abc import Collection

import pytest
import torch
from torch import Tensor, nn

from omote.core.config import Config
from omote.core.errors import SettingError
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.parts import freeze, reset
from omote.models.registry import build


class Normed(SwapNetwork):
    """Its encoder has batch norms, one of them without weights, and drop-out."""

    Config = Config

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.BatchNorm2d(4, affine=False), nn.Dropout()
        )
        self.decoders = nn.ModuleDict({side: nn.Conv2d(4, 3, 1) for side in "ab"})

    def encode(self, face_BCHW: Tensor) -> Tensor:
        code: Tensor = self.encoder(face_BCHW)
        return code

    def decode(self, code: Tensor, side: Side) -> Decoded:
        return Decoded(self.decoders[side](code), None)


def state(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def changed(network: nn.Module, before: dict[str, Tensor]) -> set[str]:
    return {name for name, tensor in network.state_dict().items() if not torch.equal(tensor, before[name])}


def learn(network: SwapNetwork, steps: int = 3) -> None:
    network.train()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, 1e-3, weight_decay=0.1)
    for _ in range(steps):
        face = torch.rand(2, 3, 64, 64)
        optimizer.zero_grad()
        (network(face, "a").face + network(face.flip(3), "b").face).square().mean().backward()
        optimizer.step()


def names_under(network: nn.Module, prefixes: Collection[str]) -> set[str]:
    return {name for name in network.state_dict() if name.startswith(tuple(prefixes))}


@pytest.mark.parametrize(
    ("names", "prefixes"),
    [
        (["encoder"], ["encoder."]),
        (["decoders"], ["decoders."]),
        (["decoders.a"], ["decoders.a."]),
        (["inter"], ["encoder.4."]),
        (["inter", "decoders.b"], ["encoder.4.", "decoders.b."]),
        ([], ["nothing"]),
    ],
)
def test_training_changes_all_but_what_is_frozen(names: list[str], prefixes: list[str]) -> None:
    torch.manual_seed(0)
    network = build("nano", {})
    freeze(network, names)
    before = state(network)
    learn(network)
    assert changed(network, before) == before.keys() - names_under(network, prefixes)


def test_frozen_norms_keep_their_statistics_whatever_the_mode_is_set_to() -> None:
    torch.manual_seed(0)
    network = Normed()
    freeze(network, ["encoder"])
    before, face = state(network), torch.rand(2, 3, 64, 64) + 3
    code = network.encode(face)
    learn(network)
    network.eval()
    network.train()
    assert torch.equal(network.encode(face), code)  # no drop-out either
    assert changed(network, before) == names_under(network, ["decoders."])
    assert network.training
    assert network.decoders.training


def test_norms_that_are_not_frozen_follow_what_they_see() -> None:
    torch.manual_seed(0)
    network = Normed()
    freeze(network, ["decoders.a"])
    before = state(network)
    learn(network)
    assert {"encoder.1.running_mean", "encoder.2.running_mean"} <= changed(network, before)


def test_freezing_all_is_an_error() -> None:
    with pytest.raises(SettingError, match="all parts of the network are frozen"):
        freeze(build("nano", {}), ["encoder", "decoders"])


def test_an_unknown_part_lists_the_known_ones() -> None:
    known = r"no part decoder, encode \(known: encoder, decoders, decoders.a, decoders.b, inter\)"
    network = build("nano", {})
    with pytest.raises(SettingError, match=known):
        freeze(network, ["decoder", "encoder", "encode"])
    with pytest.raises(SettingError, match=known):
        reset(network, ["decoder", "encode"], build("nano", {}))
    assert all(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize(
    ("names", "prefixes"),
    [
        (["inter"], ["encoder.4."]),
        (["decoders"], ["decoders."]),
        (["decoders.b", "encoder"], ["decoders.b.", "encoder."]),
    ],
)
def test_reset_takes_these_parts_from_the_twin_and_says_which_weights_are_new(
    names: list[str], prefixes: list[str]
) -> None:
    torch.manual_seed(0)
    network, fresh = build("nano", {}), build("nano", {})
    for parameter in [*network.parameters(), *fresh.parameters()]:
        nn.init.normal_(parameter)  # biases too, so that every tensor differs
    before, twin = state(network), state(fresh)
    new = reset(network, names, fresh)
    assert set(new) == changed(network, before) == names_under(network, prefixes)
    assert all(torch.equal(network.state_dict()[name], twin[name]) for name in new)
    assert not changed(fresh, twin)


def test_reset_takes_the_norm_statistics_too() -> None:
    torch.manual_seed(0)
    network = Normed()
    learn(network)
    before = state(network)
    new = reset(network, ["encoder"], Normed())
    assert {"encoder.1.running_var", "encoder.2.running_var"} <= changed(network, before)
    assert new == ("encoder.0.weight", "encoder.0.bias", "encoder.1.weight", "encoder.1.bias")

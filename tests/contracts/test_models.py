"""One suite over every network that is registered."""

import pytest
import torch
from torch import nn

from omote.core.registry import known
from omote.models.initializers import initialise, sub_pixel_convolutions
from omote.models.parts import freeze
from omote.models.registry import MODELS, build

every_network = pytest.mark.parametrize("name", known(MODELS, "omote.models"))
with_and_without_mask = pytest.mark.parametrize("learn_mask", [False, True])


@every_network
@with_and_without_mask
def test_networks(name: str, learn_mask: bool) -> None:
    network = build(name, {"learn_mask": learn_mask})
    face = torch.rand(2, 3, network.input_size, network.input_size)
    codes = network.encode(face)
    for side in ("a", "b"):
        made = network.decode(codes, side)
        assert made.face.shape == (2, 3, network.output_size, network.output_size)
        assert made.face.min() >= 0
        assert made.face.max() <= 1
        assert (made.mask is not None) == learn_mask
        made.face.sum().backward(retain_graph=True)  # type: ignore[no-untyped-call]
    assert all(
        parameter.grad is not None for part, parameter in network.named_parameters() if not part.startswith("masks.")
    )


@every_network
@with_and_without_mask
def test_every_pixel_shuffle_is_known_to_the_initializers(name: str, learn_mask: bool) -> None:
    network = build(name, {"learn_mask": learn_mask})
    shuffles = [module for module in network.modules() if isinstance(module, nn.PixelShuffle)]
    feeding = list(sub_pixel_convolutions(network))
    assert len({layer for layer, _ in feeding}) == len(feeding) == len(shuffles)
    initialise(network, "he_uniform", icnr=True, generator=torch.Generator().manual_seed(0))
    for layer, factor in feeding:
        by_channel = layer.weight.view(-1, factor**2, *layer.weight.shape[1:])
        assert torch.equal(by_channel, by_channel[:, :1].expand_as(by_channel))


@every_network
@with_and_without_mask
def test_the_parts_cover_the_network_and_can_be_frozen(name: str, learn_mask: bool) -> None:
    network = build(name, {"learn_mask": learn_mask})
    parts = network.parts()
    assert {"encoder", "decoders", "inter"} <= parts.keys()
    covered = {parameter for part in parts.values() for parameter in part.parameters()}
    assert covered == set(network.parameters())
    freeze(network, ["encoder"])
    face = torch.rand(1, 3, network.input_size, network.input_size)
    network(face, "a").face.sum().backward()
    assert all(parameter.grad is None for parameter in parts["encoder"].parameters())


@every_network
def test_the_seed_alone_decides_how_a_network_begins(name: str) -> None:
    drawn = []
    for _ in range(2):
        torch.manual_seed(3)
        network = build(name, {})
        initialise(network, "he_uniform", icnr=True, generator=torch.Generator().manual_seed(3))
        drawn.append(network.state_dict())
    assert all(torch.equal(tensor, drawn[1][key]) for key, tensor in drawn[0].items())

from typing import Any

import pytest
import torch
from torch.profiler import ProfilerActivity, profile

from omote.models import dlight
from omote.models.base import SwapNetwork
from omote.models.dlight import Dlight, DlightConfig, Features
from omote.models.footprint import kept, memory
from omote.models.parts import freeze
from omote.models.registry import build
from tests.models import networks


class Thin(Dlight):
    width = 64


def thin(details: Any) -> Dlight:
    return Thin(DlightConfig(features="lowmem", details=details, output_size=128, learn_mask=True))


def allocated(network: SwapNetwork, batch: int) -> int:
    """Return the bytes that are in use after a pass of both people and were not before, as the profiler counts them."""
    network(networks.faces(1, network.input_size), "a")  # what is allocated once for all is not the pass's
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True, acc_events=True) as profiled:
        faces = torch.rand(2 * batch, 3, network.input_size, network.input_size)
        code_a, code_b = network.encode(faces).chunk(2)
        made = network.decode(code_a, "a"), network.decode(code_b, "b")
        del faces, code_a, code_b
    assert all(decoded.face.grad_fn is not None for decoded in made)
    return sum(event.self_cpu_memory_usage for event in profiled.key_averages())


@pytest.mark.parametrize("batch", [1, 5])
def test_what_a_pass_keeps_is_what_it_allocates_and_does_not_free(batch: int) -> None:
    options = {"learn_mask": True}
    told = kept(networks.weightless("nano", options), batch)
    assert told == pytest.approx(allocated(build("nano", options), batch), rel=0.01)


@pytest.mark.parametrize("details", ["good", "fast"])
def test_norms_dropout_and_joined_maps_are_told_too(monkeypatch: pytest.MonkeyPatch, details: str) -> None:
    monkeypatch.setitem(dlight.FEATURES, "lowmem", Features(4, 32))
    with torch.device("meta"):
        weightless = thin(details)
    assert kept(weightless, 2) == pytest.approx(allocated(thin(details), 2), rel=0.01)


def test_weights_gradients_and_adam_are_told() -> None:
    network = build("nano", {})
    optimizer = torch.optim.Adam(network.parameters())
    sum(network(networks.faces(2, 64), side).face.sum() for side in networks.SIDES).backward()
    optimizer.step()
    moments = [value for state in optimizer.state.values() for value in state.values() if value.ndim]
    gradients = [weight.grad for weight in network.parameters() if weight.grad is not None]
    held = sum(each.nbytes for each in [*network.parameters(), *gradients, *moments])
    weightless = networks.weightless("nano", {})
    assert memory(weightless, 3) - kept(weightless, 3) == held


def test_what_is_frozen_has_no_gradient_and_no_moments() -> None:
    network = networks.weightless("nano", {})
    free = memory(network, 1) - kept(network, 1)
    encoder = sum(weight.nbytes for weight in network.parts()["encoder"].parameters())
    freeze(network, ["encoder"])
    assert memory(network, 1) - kept(network, 1) == free - 3 * encoder


def test_maps_grow_with_the_batch_and_weights_do_not() -> None:
    network = networks.weightless("original", {})
    one, two, three = (memory(network, batch) for batch in (1, 2, 3))
    assert three - two == two - one == kept(network, 1)


def test_a_network_comes_back_in_the_mode_it_had() -> None:
    network = networks.weightless("nano", {}).eval()
    memory(network, 1)
    assert not network.training


def test_a_network_with_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="on the meta device"):
        memory(build("nano", {}), 1)

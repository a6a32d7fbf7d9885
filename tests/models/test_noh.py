from itertools import pairwise

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from omote.core.errors import SettingError
from omote.models.anatomy import parameters
from omote.models.base import Side, SwapNetwork
from omote.models.noh import SIZES
from omote.models.parts import reset
from omote.models.registry import build
from omote.models.transplant import transplant
from tests.models import networks

READS = {128: 128, 192: 192, 256: 128, 384: 192, 512: 128}
"""By resolution, the side of the faces that are read."""


def block(channels: int) -> int:
    return 2 * channels + 2 * networks.convolution(channels, channels, 3)


def small(resolution: int = 128, seed: int = 0) -> SwapNetwork:
    torch.manual_seed(seed)
    return build("noh", {"size": "s", "resolution": resolution})


def made(network: SwapNetwork, face: Tensor, side: Side) -> Tensor:
    """Return face and mask, (B, 4, O, O)."""
    with torch.no_grad():
        decoded = network(face, side)
    return torch.cat([decoded.face, decoded.mask], 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("resolution", READS)
@pytest.mark.parametrize("learn_mask", [False, True])
def test_every_part_has_the_weights_of_its_diagram(size: str, resolution: int, learn_mask: bool) -> None:
    options = {"size": size, "resolution": resolution, "learn_mask": learn_mask}
    found = networks.counts(networks.weightless("noh", options))
    wide, channels = SIZES[size], 4 if learn_mask else 3
    refinements = {128: 0, 192: 0, 256: 1, 384: 1, 512: 2}[resolution]
    smallest = READS[resolution] // 32
    down = sum(networks.convolution(*pair, 3) + wide.blocks * block(pair[0]) for pair in pairwise(wide.encoder))
    assert found["encoder"] == networks.convolution(3, wide.encoder[0], 7) + down
    squeezed = networks.linear(wide.encoder[-1] * smallest**2, wide.code)
    assert found["inter"] == squeezed + networks.linear(wide.code, wide.decoder[0] * smallest**2)
    shared = [
        networks.convolution(low, 4 * high, 3) + wide.blocks * block(high) for low, high in pairwise(wide.decoder)
    ]
    assert found["decoder"] == sum(shared)
    manners = sum(2 * channels * (1 + wide.blocks) for channels in wide.decoder[1:])
    ladder = (wide.decoder[-1], *wide.own[: 1 + refinements])
    levels = sum(networks.convolution(low, 4 * high, 3) + wide.blocks * block(high) for low, high in pairwise(ladder))
    pens = sum(networks.convolution(high, 16 * channels, 3) for high in ladder[1:])
    assert found["decoders.a"] == found["decoders.b"] == manners + levels + pens
    assert found["total"] == sum(found[part] for part in ("encoder", "inter", "decoder", "decoders"))


@pytest.mark.parametrize("resolution", READS)
def test_faces_are_of_the_resolution_and_codes_small(resolution: int) -> None:
    network = networks.weightless("noh", {"resolution": resolution})
    assert network.output_size == resolution
    read = network.input_size
    assert read == READS[resolution]
    code = network.encode(torch.empty(2, 3, read, read, device="meta"))
    assert code.shape == (2, SIZES["m"].decoder[0], read // 32, read // 32)
    decoded = network.decode(code, "a")
    assert decoded.face.shape == (2, 3, resolution, resolution)
    assert decoded.mask is not None
    assert decoded.mask.shape == (2, 1, resolution, resolution)


@pytest.mark.parametrize(("resolution", "sides"), [(128, [64, 32]), (192, [96, 48]), (512, [256, 128, 64, 32])])
def test_the_same_faces_are_judged_at_smaller_sizes_too(resolution: int, sides: list[int]) -> None:
    network = small(resolution)
    with torch.no_grad():
        decoded = network(networks.faces(1, network.input_size), "b")
    assert [face.shape[-1] for face in decoded.smaller] == sides
    for face in decoded.smaller:
        means = decoded.face.unflatten(2, (face.shape[2], -1)).unflatten(4, (face.shape[3], -1)).mean((3, 5))
        torch.testing.assert_close(face, means)


@pytest.mark.parametrize("wrong", [{"size": "xl"}, {"resolution": 320}, {"resolution": 64}])
def test_other_sizes_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingError, match=next(iter(wrong))):
        build("noh", wrong)


def test_it_learns() -> None:
    assert networks.error_after_learning(small()) < 0.6


@pytest.mark.parametrize(
    ("part", "whose"),
    [("decoders.a", {"a"}), ("decoders.b", {"b"}), *((part, {"a", "b"}) for part in ("encoder", "inter", "decoder"))],
)
def test_a_part_shows_in_the_faces_of_those_whose_it_is(part: str, whose: set[str]) -> None:
    assert networks.whose_face_changes_with(small(), part) == whose


def test_what_is_a_persons_own_can_begin_anew_without_the_other() -> None:
    network, face = small(), networks.faces(1, 128)
    before = networks.swapped(network, face)
    renewed = reset(network, ["decoders.b"], small(seed=1))
    assert renewed
    assert all(name.startswith("decoders.b.") for name in renewed)
    after = networks.swapped(network, face)
    assert torch.equal(before["a"].face, after["a"].face)
    assert not torch.equal(before["b"].face, after["b"].face)


@pytest.mark.parametrize(("resolution", "larger"), [(128, 256), (192, 384), (256, 512), (128, 512)])
def test_with_a_smaller_ones_weights_a_network_makes_its_faces_enlarged(resolution: int, larger: int) -> None:
    before, after = small(resolution), small(larger, seed=1)
    for pen in before.get_submodule("decoders.a.pens"):  # type: ignore[attr-defined]
        torch.nn.init.normal_(pen[0].weight, std=0.05)  # also of a refinement: as if it had learnt
    found = transplant(after, before.state_dict())
    assert not found.misshapen
    assert not found.unused
    face = networks.faces(2, before.input_size)
    small_logits, wanted = torch.logit(made(before, face, "a")), torch.logit(made(after, face, "a"))
    for _ in range((larger // resolution).bit_length() - 1):
        small_logits = functional.interpolate(small_logits, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(wanted, small_logits, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(("resolution", "sizes"), [(128, (128,)), (384, (192, 384)), (512, (128, 256, 512))])
def test_it_draws_smaller_faces_when_told_with_the_weights_of_these_alone(
    resolution: int, sizes: tuple[int, ...]
) -> None:
    network = small(resolution)
    assert network.sizes == sizes
    face = networks.faces(1, network.input_size)
    for size in reversed(sizes):
        twin = small(size, seed=1)
        transplant(twin, network.state_dict())
        idle = network.draw_at(size)
        for part in idle:
            torch.nn.init.constant_(next(part.parameters()), torch.nan)
        assert torch.equal(made(network, face, "a"), made(twin, face, "a"))
        assert sum(map(parameters, idle)) == parameters(network) - parameters(twin)


def test_what_refines_learns_from_the_first_steps() -> None:
    network, face = small(256), networks.faces(1, 128)
    network(face, "a").face.mean().backward()
    pen = network.get_parameter("decoders.a.pens.1.0.weight")
    assert pen.grad is not None
    assert pen.grad.abs().max() > 0


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(small(256))

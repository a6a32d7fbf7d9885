from typing import Any

import pytest
import torch
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.models.realface import Realface, RealfaceConfig, start
from omote.models.registry import build
from tests.models import networks
from tests.models.networks import convolution, linear

SIZES = range(64, 257, 16)


class Thin(Realface):
    widest = 64


def thin(**options: Any) -> Realface:
    """Build a network far thinner than its settings allow: their ranges are not checked here."""
    torch.manual_seed(0)
    narrow = {"input_size": 64, "output_size": 64, "dense_nodes": 48, "complexity_encoder": 8, "complexity_decoder": 64}
    return Thin(RealfaceConfig.model_construct(**{**narrow, "learn_mask": False, **options}))


def slopes(part: nn.Module) -> list[float]:
    return [module.negative_slope for module in part.modules() if isinstance(module, nn.LeakyReLU)]


def residual(channels: int, bias: bool) -> int:
    return 2 * (convolution(channels, channels, 3) - (0 if bias else channels))


@pytest.mark.parametrize(
    ("options", "a", "b", "total"),
    [
        ({}, 64_196_041, 144_441_027, 238_241_676),
        ({"input_size": 128, "output_size": 256}, 123_881_569, 240_810_691, 394_296_868),
    ],
)
def test_every_part_has_as_many_weights_as_the_reference(options: dict[str, int], a: int, b: int, total: int) -> None:
    found = networks.counts(networks.weightless("realface", options))
    assert (found["encoder"], found["decoders.a"], found["decoders.b"]) == (29_604_608, a, b)
    assert found["total"] == total


def test_other_settings_have_the_sum_of_their_layers() -> None:
    options = {
        "input_size": 96, "output_size": 80, "dense_nodes": 768, "complexity_encoder": 100, "complexity_decoder": 540
    }  # fmt: skip
    found = networks.counts(networks.weightless("realface", {**options, "learn_mask": True}))
    assert found["encoder"] == (
        convolution(3, 100, 5) + 2 * residual(100, True)
        + convolution(100, 200, 5) + 2 * residual(200, True)
        + convolution(200, 400, 5) + 2 * residual(400, True)
        + convolution(400, 800, 5)
    )  # fmt: skip
    # 80 px are 5 px doubled four times; 5 px have 1024 - 64 = 960 channels.
    ladder_a = convolution(640, 4 * 360, 3) + convolution(360, 4 * 180, 3) + convolution(180, 4 * 90, 3)
    ladder_b = convolution(960, 4 * 540, 3) + convolution(540, 4 * 270, 3) + convolution(270, 4 * 135, 3)
    assert found["decoders.a"] == (
        linear(800 * 6 * 6, 512) + linear(512, 640 * 5 * 5)
        + convolution(640, 4 * 640, 3) + residual(640, False) + ladder_a + convolution(90, 3, 5)
    )  # fmt: skip
    assert found["decoders.b"] == (
        linear(800 * 6 * 6, 768) + linear(768, 960 * 5 * 5)
        + convolution(960, 4 * 960, 3) + residual(960, False) + ladder_b + convolution(135, 3, 5)
        + residual(540, False) + residual(540, True) + residual(270, False) + residual(270, True)
    )  # fmt: skip
    assert found["masks.a"] == ladder_a + convolution(90, 1, 5)
    assert found["masks.b"] == ladder_b + convolution(135, 1, 5)


def test_any_size_makes_every_size() -> None:
    for read in (64, 128):
        for made in SIZES:
            network = thin(input_size=read, output_size=made).to("meta")
            maps = network.encode(torch.empty(1, 3, read, read, device="meta"))
            assert maps.shape == (1, 64, read // 16, read // 16)
            for side in networks.SIDES:
                assert network.decode(maps, side).face.shape == (1, 3, made, made), (read, made)


def test_the_start_is_nearest_to_the_code() -> None:
    assert start(4, 128) == (4, 5)
    assert start(8, 128) == (8, 4)
    assert start(6, 128) == (8, 4)
    assert start(8, 256) == (8, 5)
    assert start(4, 64) == (4, 4)
    assert [start(8, size) for size in (144, 160, 176)] == [(9, 4), (5, 5), (11, 4)]
    assert all(side << doublings == made for made in SIZES for side, doublings in [start(4, made)])


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("input_size", 48), ("input_size", 144), ("input_size", 72), ("output_size", 272), ("output_size", 100),
        ("dense_nodes", 800), ("complexity_encoder", 98), ("complexity_decoder", 508),
    ],
)  # fmt: skip
def test_what_the_reference_does_not_allow_is_refused(option: str, value: int) -> None:
    with pytest.raises(SettingError, match=f"{option} .*: settings of the network realface"):
        build("realface", {option: value})


def test_weights_begin_uniform_and_residual_blocks_near_the_identity() -> None:
    network = thin(complexity_encoder=32)
    layers = {layer.weight.shape: layer.weight for layer in network.encoder.modules() if isinstance(layer, nn.Conv2d)}
    wide = layers[torch.Size([256, 128, 5, 5])]
    bound = (6 / (128 * 25)) ** 0.5
    assert bound * 0.99 < wide.abs().max() <= bound
    residual_block = dict(network.encoder.get_submodule("1.change").named_parameters())
    shrink = residual_block["2.weight"].std() / residual_block["0.weight"].std()
    assert shrink.item() == pytest.approx(0.1**0.5, rel=0.05)


def test_maps_are_bent_as_in_the_reference() -> None:
    parts = networks.weightless("realface", {}).parts()
    block = [0.2, 0.2]
    assert slopes(parts["encoder"]) == ([0.2] + block * 2) * 3 + [0.1]
    assert slopes(parts["decoders.a"]) == [0.2, *block, 0.1, 0.1, 0.1, 0.1]
    assert slopes(parts["decoders.b"]) == [0.2, *block] + ([0.2] + block * 2) * 3 + [0.1]


@pytest.mark.parametrize(
    ("part", "whose"), [("decoders.a", {"a"}), ("decoders.b", {"b"}), ("encoder", {"a", "b"}), ("inter", {"a", "b"})]
)
def test_a_part_shows_in_the_faces_of_those_whose_it_is(part: str, whose: set[str]) -> None:
    assert networks.whose_face_changes_with(thin(), part) == whose


def test_each_person_has_a_mask() -> None:
    network = thin(learn_mask=True)
    made = networks.swapped(network, networks.faces(1, 64))
    masks: list[Tensor | None] = [made[side].mask for side in networks.SIDES]
    assert masks[0] is not None
    assert masks[1] is not None
    assert masks[0].shape == masks[1].shape == (1, 1, 64, 64)
    assert not torch.equal(masks[0], masks[1])


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(thin())

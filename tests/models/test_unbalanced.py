from typing import Any

import pytest
import torch
from torch import nn

from omote.core.errors import SettingError
from omote.models.blocks import InstanceNorm, Residual
from omote.models.registry import build
from tests.models import networks


def test_every_part_has_as_many_weights_as_the_reference() -> None:
    found = networks.counts(networks.weightless("unbalanced", {}))
    assert found["encoder"] == 83_964_932
    assert found["decoders.a"] == 43_633_827
    assert found["decoders.b"] == 79_447_427
    assert found["total"] == 207_046_186


@pytest.mark.parametrize(
    ("options", "size", "numbers", "channels", "widths"),
    [
        ({}, 128, 1024, 512, (128, 384, 512)),
        ({"lowmem": True, "nodes": 2048}, 128, 512, 384, (128, 384, 512)),
        (
            {"input_size": 64, "nodes": 512, "complexity_encoder": 64, "complexity_decoder_a": 80,
             "complexity_decoder_b": 1024},
            64, 512, 512, (64, 80, 1024),
        ),
        ({"input_size": 512, "complexity_decoder_a": 1024}, 512, 1024, 512, (128, 1024, 512)),
    ],
)  # fmt: skip
def test_options_widen_and_enlarge_what_they_say(
    options: dict[str, Any], size: int, numbers: int, channels: int, widths: tuple[int, int, int]
) -> None:
    found = networks.counts(networks.weightless("unbalanced", options | {"learn_mask": True}))
    encoder, a, b = widths
    ladder = [(3, 1), (1, 2), (2, 4), (4, 6), (6, 8)]
    halvings = sum(networks.convolution(3 if i == 3 else i * encoder, o * encoder, 5) for i, o in ladder)
    inputs = 8 * encoder * (size // 32) ** 2
    middle = networks.linear(inputs, numbers) + networks.linear(numbers, channels * (size // 16) ** 2)
    assert found["encoder"] == halvings + 2 * 2 + middle  # a scale and a shift in each of two norms
    for side, width in (("a", a), ("b", b)):
        steps = [(channels, width), (width, width), (width, width // 2), (width // 2, width // 4)]
        doublings = sum(networks.convolution(i, 4 * o, 5) for i, o in steps)
        residuals = sum(2 * networks.convolution(o, o, 3) for _, o in steps[:-1]) if side == "b" else 0
        assert found[f"decoders.{side}"] == doublings + residuals + networks.convolution(width // 4, 3, 5)
        assert found[f"masks.{side}"] == doublings + networks.convolution(width // 4, 1, 5)


@pytest.mark.parametrize("size", [64, 192, 512])
def test_it_makes_faces_and_masks_of_the_size_it_reads(size: int) -> None:
    network = networks.weightless("unbalanced", {"input_size": size, "learn_mask": True})
    code = network.encode(torch.empty(1, 3, size, size, device="meta"))
    assert code.shape == (1, 512, size // 16, size // 16)
    for side in networks.SIDES:
        made = network.decode(code, side)
        assert made.face.shape == (1, 3, size, size)
        assert made.mask is not None
        assert made.mask.shape == (1, 1, size, size)


@pytest.mark.parametrize("options", [{"input_size": 96}, {"nodes": 500}, {"complexity_decoder_a": 1040}])
def test_settings_out_of_range_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(SettingError, match=next(iter(options))):
        build("unbalanced", options)


def test_the_first_two_halvings_are_normed_before_they_are_activated() -> None:
    network: Any = networks.weightless("unbalanced", {})
    normed = [block for block in network.encoder if any(isinstance(step, InstanceNorm) for step in block.children())]
    assert normed == list(network.encoder[:2])
    for block in normed:
        assert [type(step) for step in block][1:] == [InstanceNorm, nn.LeakyReLU]


def test_only_a_has_dropout_and_only_b_has_residual_blocks() -> None:
    parts = networks.weightless("unbalanced", {}).parts()
    dropouts = [module for module in parts["decoders"].modules() if isinstance(module, nn.Dropout2d)]
    assert [module for module in parts["decoders.a"].modules() if isinstance(module, nn.Dropout2d)] == dropouts
    assert [module.p for module in dropouts] == [0.25, 0.25]
    assert sum(isinstance(module, Residual) for module in parts["decoders.b"].modules()) == 3
    assert not any(isinstance(module, Residual) for module in parts["decoders.a"].modules())


def test_all_but_pictures_and_second_residual_layers_begin_with_a_small_normal_law() -> None:
    network = networks.thin("unbalanced", {})
    others = {block.change[2] for block in network.modules() if isinstance(block, Residual)}
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear) and layer not in others]
    loud = [layer for layer in layers if layer.weight.std() > 0.03]
    assert [layer.out_channels for layer in loud if isinstance(layer, nn.Conv2d)] == [3, 3]
    assert len(loud) == 2


def test_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("unbalanced", {"input_size": 64})
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("unbalanced", {}))

import pytest
import torch
from torch import nn
from torch.nn import functional

from omote.models.blocks import Residual
from omote.models.villain import Texture
from tests.models import networks


@pytest.mark.parametrize(
    ("lowmem", "encoder", "total"), [(False, 112_027_904, 155_115_014), (True, 75_573_504, 118_660_614)]
)
def test_every_part_has_as_many_weights_as_the_reference(lowmem: bool, encoder: int, total: int) -> None:
    found = networks.counts(networks.weightless("villain", {"lowmem": lowmem}))
    assert found["encoder"] == encoder
    assert found["decoders.a"] == found["decoders.b"] == 21_543_555
    assert found["total"] == total


def test_a_mask_has_the_face_s_doublings_and_no_residual_blocks() -> None:
    found = networks.counts(networks.weightless("villain", {"learn_mask": True}))
    doublings = [(512, 512), (512, 256), (256, 128)]
    ladder = sum(networks.convolution(inputs, 4 * outputs, 3) for inputs, outputs in doublings)
    residuals = sum(2 * networks.convolution(width, width, 3) for width in (512, 256, 128))
    assert found["masks.a"] == found["masks.b"] == ladder + networks.convolution(128, 1, 5)
    assert found["decoders.a"] == ladder + residuals + networks.convolution(128, 3, 5)


@pytest.mark.parametrize("lowmem", [False, True])
def test_it_makes_faces_and_masks_of_the_size_it_reads(lowmem: bool) -> None:
    network = networks.weightless("villain", {"lowmem": lowmem, "learn_mask": True})
    code = network.encode(torch.empty(1, 3, 128, 128, device="meta"))
    assert code.shape == (1, 512, 16, 16)
    made = network.decode(code, "a")
    assert made.face.shape == (1, 3, 128, 128)
    assert made.mask is not None
    assert made.mask.shape == (1, 1, 128, 128)


def test_texture_is_refined_beside_a_bypass() -> None:
    torch.manual_seed(0)
    texture, face = Texture(8, blocks=2), networks.faces(1, 16)
    half = functional.conv2d(functional.pad(face, (1, 2, 1, 2)), texture.halve[1].weight, stride=2)  # type: ignore[index]
    refined = texture.refine[2](texture.refine[1](functional.leaky_relu(half, 0.2)))
    torch.testing.assert_close(texture(face), refined + functional.leaky_relu(half, 0.1))
    assert texture(face).shape == (1, 8, 8, 8)


def test_all_but_pictures_separable_and_second_residual_layers_begin_with_a_small_normal_law() -> None:
    network = networks.thin("villain", {})
    others = {block.change[2] for block in network.modules() if isinstance(block, Residual)}
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d | nn.Linear) and layer not in others]
    loud = [layer for layer in layers if layer.weight.std() > 0.03]  # He's law would make all of them louder than that
    assert len(loud) == 4 + 2  # two separable layers of two convolutions, two pictures


def test_it_learns() -> None:
    assert networks.error_after_learning(networks.thin("villain", {"lowmem": True})) < 0.9


def test_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("villain", {"lowmem": True})
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("villain", {}))

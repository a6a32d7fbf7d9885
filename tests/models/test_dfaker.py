import pytest
import torch
from torch import nn

from omote.core.errors import SettingError
from omote.models.blocks import Residual
from omote.models.registry import build
from tests.models import networks


@pytest.mark.parametrize(
    ("size", "encoder", "decoder", "total"),
    [(128, 69_662_976, 21_833_923, 113_330_822), (256, 119_994_624, 69_025_987, 258_046_598)],
)
def test_every_part_has_as_many_weights_as_the_reference(size: int, encoder: int, decoder: int, total: int) -> None:
    found = networks.counts(networks.weightless("dfaker", {"output_size": size}))
    assert found["encoder"] == encoder
    assert found["decoders.a"] == found["decoders.b"] == decoder
    assert found["total"] == total


@pytest.mark.parametrize("widths", [(512, 512, 256, 128, 64), (512, 1024, 512, 256, 128, 64)])
def test_a_mask_has_the_face_s_doublings_and_no_residual_blocks(widths: tuple[int, ...]) -> None:
    size = 8 * 2 ** (len(widths) - 1)
    found = networks.counts(networks.weightless("dfaker", {"output_size": size, "learn_mask": True}))
    doublings = sum(networks.convolution(widths[i], 4 * widths[i + 1], 3) for i in range(len(widths) - 1))
    residuals = sum(2 * networks.convolution(width, width, 3) for width in widths[1:-1])
    assert found["masks.b"] == doublings + networks.convolution(64, 1, 5)
    assert found["decoders.b"] == doublings + residuals + networks.convolution(64, 3, 5)


@pytest.mark.parametrize("size", [128, 256])
def test_it_makes_faces_and_masks_twice_as_large_as_it_reads(size: int) -> None:
    network = networks.weightless("dfaker", {"output_size": size, "learn_mask": True})
    assert network.input_size == size // 2
    code = network.encode(torch.empty(1, 3, size // 2, size // 2, device="meta"))
    assert code.shape == (1, 512, 8, 8)
    made = network.decode(code, "a")
    assert made.face.shape == (1, 3, size, size)
    assert made.mask is not None
    assert made.mask.shape == (1, 1, size, size)


@pytest.mark.parametrize("size", [64, 192, 384])
def test_other_sizes_are_refused(size: int) -> None:
    with pytest.raises(SettingError, match="output_size"):
        build("dfaker", {"output_size": size})


def test_residual_blocks_begin_with_a_small_normal_law() -> None:
    network = networks.thin("dfaker", {})
    firsts = [block.change[0] for block in network.modules() if isinstance(block, Residual)]
    assert len(firsts) == 2 * 3
    for layer in firsts:
        assert isinstance(layer, nn.Conv2d)
        assert layer.weight.std().item() == pytest.approx(0.02, rel=0.15)


def test_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("dfaker", {})
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("dfaker", {}))

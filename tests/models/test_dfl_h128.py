import pytest
import torch

from tests.models import networks


@pytest.mark.parametrize(
    ("lowmem", "encoder", "decoder", "total"),
    [(False, 77_018_880, 15_348_611, 107_716_102), (True, 40_563_200, 3_840_451, 48_244_102)],
)
def test_every_part_has_as_many_weights_as_the_reference(lowmem: bool, encoder: int, decoder: int, total: int) -> None:
    found = networks.counts(networks.weightless("dfl-h128", {"lowmem": lowmem}))
    assert found["encoder"] == encoder
    assert found["decoders.a"] == found["decoders.b"] == decoder
    assert found["total"] == total


@pytest.mark.parametrize(("lowmem", "widths"), [(False, (512, 512, 256, 128)), (True, (256, 256, 128, 64))])
def test_a_mask_has_the_face_s_ladder(lowmem: bool, widths: tuple[int, ...]) -> None:
    found = networks.counts(networks.weightless("dfl-h128", {"lowmem": lowmem, "learn_mask": True}))
    ladder = sum(networks.convolution(widths[i], 4 * widths[i + 1], 3) for i in range(3))
    assert found["masks.a"] == found["masks.b"] == ladder + networks.convolution(widths[-1], 1, 5)


@pytest.mark.parametrize(("lowmem", "width"), [(False, 512), (True, 256)])
def test_it_makes_faces_and_masks_of_the_size_it_reads(lowmem: bool, width: int) -> None:
    network = networks.weightless("dfl-h128", {"lowmem": lowmem, "learn_mask": True})
    code = network.encode(torch.empty(1, 3, 128, 128, device="meta"))
    assert code.shape == (1, width, 16, 16)
    made = network.decode(code, "b")
    assert made.face.shape == (1, 3, 128, 128)
    assert made.mask is not None
    assert made.mask.shape == (1, 1, 128, 128)


def test_it_learns() -> None:
    assert networks.error_after_learning(networks.thin("dfl-h128", {"lowmem": True})) < 0.9


def test_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("dfl-h128", {})
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("dfl-h128", {}))

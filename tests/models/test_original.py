import pytest
import torch

from tests.models import networks


@pytest.mark.parametrize(
    ("options", "encoder", "total"),
    [({}, 69_662_976, 82_062_470), ({"lowmem": True}, 48_165_632, 60_565_126)],
)
def test_every_part_has_as_many_weights_as_the_reference(options: dict[str, bool], encoder: int, total: int) -> None:
    found = networks.counts(networks.weightless("original", options))
    assert found["encoder"] == encoder
    assert found["decoders.a"] == found["decoders.b"] == 6_199_747
    assert found["total"] == total


def test_a_mask_has_the_face_s_ladder() -> None:
    found = networks.counts(networks.weightless("original", {"learn_mask": True}))
    ladder = networks.convolution(512, 1024, 3) + networks.convolution(256, 512, 3) + networks.convolution(128, 256, 3)
    assert found["masks.a"] == found["masks.b"] == ladder + networks.convolution(64, 1, 5)
    assert found["decoders.a"] == ladder + networks.convolution(64, 3, 5)


@pytest.mark.parametrize("lowmem", [False, True])
def test_it_makes_faces_and_masks_of_the_size_it_reads(lowmem: bool) -> None:
    network = networks.weightless("original", {"lowmem": lowmem, "learn_mask": True})
    code = network.encode(torch.empty(2, 3, 64, 64, device="meta"))
    assert code.shape == (2, 512, 8, 8)
    made = network.decode(code, "a")
    assert made.face.shape == (2, 3, 64, 64)
    assert made.mask is not None
    assert made.mask.shape == (2, 1, 64, 64)
    assert made.smaller == ()


def test_the_small_one_learns() -> None:
    assert networks.error_after_learning(networks.thin("original", {"lowmem": True})) < 0.9


def test_each_person_has_a_decoder_and_both_have_one_encoder() -> None:
    network = networks.thin("original", {})
    assert networks.whose_face_changes_with(network, "decoders.b") == {"b"}
    assert networks.whose_face_changes_with(network, "decoders.a") == {"a"}
    assert networks.whose_face_changes_with(network, "encoder") == {"a", "b"}


def test_each_person_has_a_mask() -> None:
    network = networks.thin("original", {"learn_mask": True})
    made = networks.swapped(network, networks.faces(1, 64))
    assert made["a"].mask is not None
    assert made["b"].mask is not None
    assert not torch.equal(made["a"].mask, made["b"].mask)
    assert 0 < made["a"].mask.min() < made["a"].mask.max() < 1


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("original", {}))

import torch

from tests.models import networks


def test_every_part_has_as_many_weights_as_the_reference() -> None:
    assert networks.counts(networks.weightless("iae", {})) == {
        "encoder": 17_214_720,
        "inter_a": 25_175_040,
        "inter_b": 25_175_040,
        "inter_both": 25_175_040,
        "inter": 3 * 25_175_040,
        "decoder": 25_076_163,
        "total": 117_816_003,
    }


def test_a_mask_of_both_people_has_the_face_s_ladder() -> None:
    found = networks.counts(networks.weightless("iae", {"learn_mask": True}))
    doublings = [(1024, 512), (512, 256), (256, 128), (128, 64)]
    ladder = sum(networks.convolution(inputs, 4 * outputs, 3) for inputs, outputs in doublings)
    assert found["masks"] == ladder + networks.convolution(64, 1, 5)
    assert found["decoder"] == ladder + networks.convolution(64, 3, 5)


def test_it_makes_faces_and_masks_of_the_size_it_reads() -> None:
    network = networks.weightless("iae", {"learn_mask": True})
    code = network.encode(torch.empty(2, 3, 64, 64, device="meta"))
    assert code.shape == (2, 1024, 4, 4)
    made = network.decode(code, "b")
    assert made.face.shape == (2, 3, 64, 64)
    assert made.mask is not None
    assert made.mask.shape == (2, 1, 64, 64)


def test_only_the_way_between_tells_people_apart() -> None:
    network = networks.thin("iae", {})
    assert networks.whose_face_changes_with(network, "inter_a") == {"a"}
    assert networks.whose_face_changes_with(network, "inter_b") == {"b"}
    assert networks.whose_face_changes_with(network, "inter_both") == {"a", "b"}
    assert networks.whose_face_changes_with(network, "decoder") == {"a", "b"}


def test_a_person_s_own_way_comes_before_the_shared_one() -> None:
    network = networks.thin("iae", {"learn_mask": True}).eval()
    face, parts = networks.faces(1, 64), network.parts()
    made = networks.swapped(network, face)
    code = network.encode(face)
    for side in networks.SIDES:
        joined = torch.cat([parts[f"inter_{side}"](code), parts["inter_both"](code)], 1)
        assert torch.equal(made[side].face, parts["decoder"](joined))
    assert not torch.equal(made["a"].mask, made["b"].mask)  # type: ignore[arg-type]


def test_channels_last_makes_the_same_faces() -> None:
    assert networks.is_right_with_channels_last(networks.thin("iae", {}))

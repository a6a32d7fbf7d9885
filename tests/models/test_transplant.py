import pytest
import torch
from torch import nn

from omote.core.errors import ModelError
from omote.models.registry import build
from omote.models.transplant import transplant


def test_what_fits_is_copied_and_the_rest_stays() -> None:
    network, donor = build("nano", {}), build("nano", {"learn_mask": False})
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    given = donor.state_dict()
    found = transplant(network, given)
    assert {each.name for each in found.misshapen} == {
        f"decoders.{side}.2.{kind}" for side in "ab" for kind in ("weight", "bias")
    }
    assert set(found.fitted) == before.keys() - {each.name for each in found.misshapen}
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, given[name] if name in found.fitted else before[name])


def test_faces_come_out_the_same_where_all_but_the_mask_fits() -> None:
    plain, masked, face = build("lightweight", {}), build("lightweight", {"learn_mask": True}), torch.rand(1, 3, 64, 64)
    found = transplant(masked, plain.state_dict())
    assert torch.equal(masked(face, "b").face, plain(face, "b").face)
    assert "encoder: 12 of 12" in found.summary()
    assert "masks.a: 0 of 8 (8 not there)" in found.summary()


def test_the_donor_s_number_type_and_layout_do_not_matter() -> None:
    network, donor = build("nano", {}), build("nano", {})
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    transplant(network, {name: tensor.double() for name, tensor in donor.state_dict().items()})
    for ours, theirs in zip(network.parameters(), donor.parameters(), strict=True):
        assert ours.dtype == torch.float32
        assert torch.equal(ours, theirs)
        assert ours.ndim != 4 or ours.is_contiguous(memory_format=torch.channels_last)


def test_norm_statistics_are_taken_over_too() -> None:
    network, donor = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    donor(torch.rand(8, 2) + 5)
    transplant(network, donor.state_dict())
    assert torch.equal(network.running_mean, donor.running_mean)  # type: ignore[arg-type]


def test_another_network_altogether_is_an_error_that_says_why() -> None:
    network = build("nano", {})
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with pytest.raises(ModelError, match=r"nothing of .* fits this network \(encoder.* there, .* here, and \d+ more\)"):
        transplant(network, build("lightweight", {}).state_dict())
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())

import pytest
import torch

from omote.core.errors import ModelError
from omote.models.registry import build
from omote.models.weights import load_weights


def test_weights_make_two_networks_equal() -> None:
    one, other, face = build("nano", {}), build("nano", {}), torch.rand(1, 3, 64, 64)
    assert not torch.equal(one(face, "a").face, other(face, "a").face)
    load_weights(other, one.state_dict())
    assert torch.equal(one(face, "a").face, other(face, "a").face)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ModelError, match="of another network"):
        load_weights(build("nano", {}), build("nano", {"learn_mask": True}).state_dict())

import torch

from omote.models.registry import build


def test_forward_is_encode_then_decode() -> None:
    network = build("nano", {}).eval()
    face = torch.rand(1, 3, 64, 64)
    assert torch.equal(network(face, "b").face, network.decode(network.encode(face), "b").face)
    assert not torch.equal(network(face, "a").face, network(face, "b").face)

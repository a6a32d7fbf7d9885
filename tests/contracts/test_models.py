"""One suite over every network that is registered."""

import pytest
import torch

from omote.core.registry import known
from omote.models.registry import MODELS, build


@pytest.mark.parametrize("name", known(MODELS, "omote.models"))
@pytest.mark.parametrize("learn_mask", [False, True])
def test_networks(name: str, learn_mask: bool) -> None:
    network = build(name, {"learn_mask": learn_mask})
    face = torch.rand(2, 3, network.input_size, network.input_size)
    codes = network.encode(face)
    for side in ("a", "b"):
        made = network.decode(codes, side)
        assert made.face.shape == (2, 3, network.output_size, network.output_size)
        assert made.face.min() >= 0
        assert made.face.max() <= 1
        assert (made.mask is not None) == learn_mask
        made.face.sum().backward(retain_graph=True)  # type: ignore[no-untyped-call]
    assert all(
        parameter.grad is not None for part, parameter in network.named_parameters() if not part.startswith("masks.")
    )

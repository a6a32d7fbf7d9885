import pytest
import torch
from torch import nn

from omote.models.anatomy import blueprint, layers, parameters, statistics
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.nano import Nano, NanoConfig
from omote.models.registry import build


class Small(SwapNetwork):
    """A norm, a layer that is used twice, and a weight of a module that has layers, too."""

    Config = NanoConfig

    def __init__(self) -> None:
        super().__init__()
        self.input_size, self.output_size = 4, 8
        self.encoder = nn.Sequential(nn.Conv2d(3, 6, 1), nn.BatchNorm2d(6))
        self.twice = nn.Conv2d(6, 6, 3, padding=1, bias=False)
        self.decoders = nn.ModuleDict({side: _Scaled() for side in ("a", "b")})

    def encode(self, face_BCHW: torch.Tensor) -> torch.Tensor:
        once: torch.Tensor = self.twice(self.encoder(face_BCHW))
        return self.twice(once)  # type: ignore[no-any-return]

    def decode(self, code: torch.Tensor, side: Side) -> Decoded:
        return Decoded(self.decoders[side](code), None)


class _Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(5))
        self.up = nn.Sequential(nn.Conv2d(6, 12, 1), nn.PixelShuffle(2))

    def forward(self, x_BCHW: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.up(x_BCHW) * self.scale.mean()
        return made


def test_layers_stand_in_their_order_with_what_they_make_and_own() -> None:
    assert [tuple(layer) for layer in layers(Small())] == [
        ("encoder.0", "Conv2d", (6, 4, 4), 24),
        ("encoder.1", "BatchNorm2d", (6, 4, 4), 12),
        ("twice", "Conv2d", (6, 4, 4), 324),
        ("decoders.a.up.0", "Conv2d", (12, 4, 4), 84),
        ("decoders.a.up.1", "PixelShuffle", (3, 8, 8), 0),
        ("decoders.a", "_Scaled", (3, 8, 8), 5),
        ("decoders.b.up.0", "Conv2d", (12, 4, 4), 84),
        ("decoders.b.up.1", "PixelShuffle", (3, 8, 8), 0),
        ("decoders.b", "_Scaled", (3, 8, 8), 5),
    ]


class _Attentive(Small):
    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, batch_first=True)

    def encode(self, face_BCHW: torch.Tensor) -> torch.Tensor:
        tokens = super().encode(face_BCHW).flatten(2).transpose(1, 2)
        made: torch.Tensor = self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return made.transpose(1, 2).reshape(-1, 6, 4, 4)


def test_a_layer_owns_inner_ones_that_it_does_not_call() -> None:
    rows = {layer.name: layer for layer in layers(_Attentive())}
    assert rows["attention"].shape == (16, 6)
    assert rows["attention"].parameters == 3 * (6 * 6 + 6) + 6 * 6 + 6


def test_parameters_learn_and_statistics_do_not() -> None:
    network = Small()
    assert parameters(network) == 24 + 12 + 324 + 2 * (84 + 5)
    assert statistics(network) == 12
    assert statistics(build("nano", {})) == 0


def test_a_network_is_left_as_it_was() -> None:
    network = Small()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    layers(network)
    assert network.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert not any(module._forward_hooks for module in network.modules())


@pytest.mark.parametrize("name", ["nano", "dfaker"])
def test_a_blueprint_counts_as_the_network_and_holds_nothing(name: str) -> None:
    drawn = blueprint(name, {})
    assert {tensor.device.type for tensor in drawn.state_dict().values()} == {"meta"}
    assert sum(layer.parameters for layer in layers(drawn)) == parameters(drawn)


def test_a_blueprint_has_the_layers_of_the_network() -> None:
    assert layers(blueprint("nano", {"learn_mask": True})) == layers(Nano(NanoConfig(learn_mask=True)))

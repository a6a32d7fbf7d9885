"""Networks as tests want them, without weights to be counted or thin to be run, and what each of them must do."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn import functional

from omote.core.config import Config
from omote.core.registry import known, resolve
from omote.models import dlight, noh
from omote.models.base import Decoded, Side, SwapNetwork
from omote.models.blocks import he_uniform
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.network import PhazeA
from omote.models.realface import Realface, RealfaceConfig
from omote.models.registry import MODELS, build

SIDES: tuple[Side, Side] = ("a", "b")
NAMES = list(known(MODELS, "omote.models"))


class _SlightRealface(RealfaceConfig):
    """Far below what Realface's settings allow."""

    dense_nodes: int = 48
    complexity_encoder: int = 8
    complexity_decoder: int = 64


class _SlightPhazeA(PhazeAConfig):
    """Far below what Phaze-A's settings allow."""

    fs_original_min_filters: int = 8
    fs_original_max_filters: int = 64
    bottleneck_size: int = 64
    fc_min_filters: int = 64
    fc_max_filters: int = 64
    fc_gblock_min_nodes: int = 64
    fc_gblock_max_nodes: int = 64
    dec_min_filters: int = 16
    dec_max_filters: int = 64


LIGHT: Mapping[str, Mapping[str, Any]] = {
    "dfl-sae": {"input_size": 64, "autoencoder_dims": 256, "encoder_dims": 32, "decoder_dims": 32},
    "dlight": {"features": "lowmem", "output_size": 128},
    "noh": {"size": "s"},
    "phaze-a": {"output_size": 64},
    "realface": {"output_size": 64},
    "unbalanced": {"input_size": 64},
}
"""Settings of networks that are lightest with others than the defaults."""
_THIN = {"original", "lightweight", "iae", "dfaker", "dfl-h128", "dfl-sae", "unbalanced", "villain"}
"""Networks all of whose layers can be built thin."""


def weightless(name: str, options: Mapping[str, Any]) -> SwapNetwork:
    """Build a network whose weights have shapes and no values: it takes no memory and no time."""
    with torch.device("meta"):
        return build(name, options)


def light(name: str, learn_mask: bool = False) -> SwapNetwork:
    """Build a network with weights, as light as can be."""
    torch.manual_seed(0)
    with lightly_built(name):
        return build(name, {**LIGHT.get(name, {}), "learn_mask": learn_mask})


@contextmanager
def lightly_built(name: str) -> Iterator[None]:
    """Let a network become light wherever it is built meanwhile with its settings in `LIGHT`."""
    with ExitStack() as changes:
        for change in _lightening(name):
            changes.enter_context(change)
        yield


def _lightening(name: str) -> Iterator[AbstractContextManager[object]]:
    match name:
        case "dlight":
            yield patch.object(dlight.Dlight, "width", 64)
            yield patch.dict(dlight.FEATURES, lowmem=dlight.Features(4, 32))
        case "noh":
            yield patch.dict(noh.SIZES, s=noh.Size((16, 32, 32, 48), 64, (48, 32, 32), (32, 16, 16), 1))
        case "phaze-a":
            yield patch.object(PhazeA, "Config", _SlightPhazeA)
        case "realface":
            yield patch.object(Realface, "Config", _SlightRealface)
            yield patch.object(Realface, "widest", 64)
    if name in _THIN:
        yield _born_thin(resolve(MODELS, "omote.models", name))


def _born_thin(network: Any) -> AbstractContextManager[object]:
    born = network.__init__

    def thinly(self: SwapNetwork, config: Config) -> None:
        with _thin_layers():
            born(self, config)

    return patch.object(network, "__init__", thinly)


def thin(name: str, options: Mapping[str, Any]) -> SwapNetwork:
    """Build a network with a sixteenth of its width in every layer: the same in all else, and 256 times as light."""
    torch.manual_seed(0)
    with _thin_layers():
        return build(name, options)


def counts(network: SwapNetwork) -> dict[str, int]:
    """Count the weights of each part, and of the whole."""
    parts = {name: _count(part) for name, part in network.parts().items()}
    return parts | {"total": _count(network)}


def convolution(inputs: int, outputs: int, kernel: int) -> int:
    """Return how many weights a convolution with biases has."""
    return inputs * outputs * kernel**2 + outputs


def linear(inputs: int, outputs: int) -> int:
    """Return how many weights a fully connected layer with biases has."""
    return inputs * outputs + outputs


def faces(count: int, size: int, seed: int = 0) -> Tensor:
    """Draw smooth pictures: (count, 3, size, size), 0 to 1."""
    coarse = torch.rand(count, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    return functional.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)


def swapped(network: SwapNetwork, face: Tensor) -> dict[Side, Decoded]:
    """Make the faces of both people from one code."""
    with torch.no_grad():
        code = network.encode(face)
        return {side: network.decode(code, side) for side in SIDES}


def error_after_learning(network: SwapNetwork) -> float:
    """Let it learn a batch by heart; return the last of `errors_while_learning`."""
    return errors_while_learning(network)[-1]


def errors_while_learning(network: SwapNetwork) -> list[float]:
    """Let it learn two pictures of each person by heart in 30 steps.

    Returns:
        Its mean squared error at each, as a share of that of each person's mean colour: below 1 only what draws
        shapes can come.
    """
    read = {side: faces(2, network.input_size, seed) for seed, side in enumerate(SIDES)}
    target = {side: faces(2, network.output_size, seed) for seed, side in enumerate(SIDES)}
    plain = [target[side] - target[side].mean((0, 2, 3), keepdim=True) for side in SIDES]
    whole = sum(each.square().mean().item() for each in plain)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    errors = []
    for _ in range(30):
        made = {side: network(read[side], side).face for side in SIDES}
        error = torch.stack([functional.mse_loss(made[side], target[side]) for side in SIDES]).sum()
        optimizer.zero_grad()
        error.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        errors.append(error.item() / whole)
    return errors


def whose_face_changes_with(network: SwapNetwork, part: str) -> set[Side]:
    """Change a part's weights; return the people whose faces are others then, from the same pictures.

    All weights are drawn anew before, so that every layer has a say however quietly the network begins.
    """
    network.eval()
    for weight in network.parameters():
        if weight.ndim > 1:
            he_uniform(weight)
    face = faces(1, network.input_size)
    before = swapped(network, face)
    with torch.no_grad():
        for weight in network.parts()[part].parameters():
            weight.mul_(0.9)
    after = swapped(network, face)
    return {side for side in SIDES if not torch.equal(before[side].face, after[side].face)}


def is_right_with_channels_last(network: SwapNetwork) -> bool:
    """Say whether the memory's layout leaves the faces as they are, but for rounding."""
    network.eval()
    face = faces(2, network.input_size)
    plain = swapped(network, face)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    other = swapped(network, face.contiguous(memory_format=torch.channels_last))
    return all(torch.allclose(plain[side].face, other[side].face, atol=1e-5) for side in SIDES)


_CONVOLUTION, _LINEAR = nn.Conv2d, nn.Linear


@contextmanager
def _thin_layers() -> Iterator[None]:
    with patch.object(nn, "Conv2d", _thin_convolution), patch.object(nn, "Linear", _thin_linear):
        yield


def _thin_convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int, bias: bool) -> nn.Conv2d:
    return _CONVOLUTION(_less(inputs), _less(outputs), kernel, stride, groups=_less(groups), bias=bias)


def _thin_linear(inputs: int, outputs: int) -> nn.Linear:
    return _LINEAR(_less(inputs), _less(outputs))


def _less(channels: int) -> int:
    return channels if channels <= 3 else channels // 16  # colours and a mask stay what they are


def _count(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())

"""Weights of faceswap's `.keras` files, for the networks whose layers stand in a row, one after the other.

Such a file is a zip (Keras 3): `config.json` names the layers of each part in their order, and `model.weights.h5` holds
their arrays under the classes' names with running numbers. Nothing in it is run or unpickled.
"""

import json
import math
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from omote.core.errors import ModelError
from omote.models.anatomy import blueprint
from omote.models.base import SwapNetwork
from omote.models.blocks import Bottleneck
from omote.models.initializers import sub_pixel_convolutions

NETWORKS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "original": ({}, {"lowmem": True}),
    "lightweight": ({},),
    "dfaker": ({}, {"output_size": 256}),
    "dfl-h128": ({}, {"lowmem": True}),
}
"""Networks that can be taken over, each with the settings that it may have had; layer sizes tell which."""

_PARTS = {"encoder": "encoder", "decoder_a": "decoders.a", "decoder_b": "decoders.b"}
_COLOURS = 3
_WEIGHED = {"Conv2D": "conv2d", "Dense": "dense"}


class KerasLayer(NamedTuple):
    """A convolution's (H, W, inputs, outputs) or a dense layer's (inputs, outputs) weights, and (outputs,) biases."""

    weight: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]


def read_keras(path: Path) -> dict[str, list[KerasLayer]]:
    """Read the weights of each part (`encoder`, `decoder_a`, `decoder_b`) in the order of its layers.

    Raises:
        ModelError: it is no such file, or has other parts.
        ImportError: the package h5py is missing.
    """
    import h5py  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(path) as whole:
            config = json.loads(whole.read("config.json"))
            data = whole.read("model.weights.h5")
        with h5py.File(BytesIO(data)) as file:
            return {name: list(_layers(part, file[key])) for name, part, key in _parts(config)}
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as fault:
        raise ModelError(f"no .keras file of faceswap, or damaged ({fault})", path) from fault


def taken_over(parts: Mapping[str, list[KerasLayer]], name: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the settings that a network of faceswap had, and its weights by our names.

    Raises:
        ModelError: it is none that can be taken over, or the layers are not of that network.
    """
    if name not in NETWORKS:
        raise ModelError(f"weights of {name!r} cannot be taken over", do=f"known: {', '.join(NETWORKS)}")
    faults = []
    for options in NETWORKS[name]:
        try:
            return dict(options), converted(parts, blueprint(name, options))
        except ModelError as fault:
            faults.append(fault)
    raise ModelError(f"these are not the layers of {name} ({faults[0].what})")


def converted(parts: Mapping[str, list[KerasLayer]], network: SwapNetwork) -> dict[str, Tensor]:
    """Return weights by the names of a network: what faceswap's make of BGR faces, they make of RGB ones.

    Keras has pixels last, so that what is flattened or made of a vector stands in another order; faceswap's pixel
    shuffle has sub-pixels outside of channels.

    Args:
        parts: of `read_keras`.
        network: on any device; only names, shapes and neighbours are looked at.

    Raises:
        ModelError: the layers are not those of the network.
    """
    factors = dict(sub_pixel_convolutions(network))
    names = {module: name for name, module in network.named_modules()}
    made: dict[str, Tensor] = {}
    for theirs, ours in _PARTS.items():
        slots = [] if ours not in network.parts() else list(_slots(network.parts()[ours], factors))
        given = parts.get(theirs, [])
        if len(slots) != len(given):
            raise ModelError(f"{theirs} has {len(given)} layers with weights there and {len(slots)} here")
        for slot, layer in zip(slots, given, strict=True):
            name = names[slot.layer]
            if layer.weight.shape != (wanted := _keras_shape(slot.layer)):
                raise ModelError(f"{name} has weights of {layer.weight.shape} there and {wanted} here")
            made[f"{name}.weight"], made[f"{name}.bias"] = _turned(slot, layer)
    return made


def _parts(config: Any) -> Iterator[tuple[str, Any, str]]:  # noqa: ANN401 - JSON
    seen: Counter[str] = Counter()
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "Functional":
            yield layer["config"]["name"], layer["config"], f"layers/{_numbered('functional', seen)}/layers"


def _layers(config: Any, group: Any) -> Iterator[KerasLayer]:  # noqa: ANN401 - JSON, h5py
    seen: Counter[str] = Counter()
    for layer in config["layers"]:
        if layer["class_name"] in _WEIGHED:
            found = group[_numbered(_WEIGHED[layer["class_name"]], seen)]["vars"]
            yield KerasLayer(*(np.asarray(found[key], np.float32) for key in ("0", "1")))


def _numbered(name: str, seen: Counter[str]) -> str:
    number = seen[name]
    seen[name] += 1
    return f"{name}_{number}" if number else name


class _Slot(NamedTuple):
    """A layer here, and what it stands beside.

    Attributes:
        layer: the layer.
        factor: of the pixel shuffle that a convolution feeds, else 1.
        reads: (channels, H, W) of the map that a dense layer reads, flattened.
        makes: the same of the map that it makes.
    """

    layer: nn.Conv2d | nn.Linear
    factor: int = 1
    reads: tuple[int, int, int] | None = None
    makes: tuple[int, int, int] | None = None


def _slots(part: nn.Module, factors: Mapping[nn.Conv2d, int]) -> Iterator[_Slot]:
    """Yield the layers with weights of a part in their order."""
    channels = 0
    for module in part.modules():
        if isinstance(module, nn.Conv2d):
            channels = module.out_channels
            yield _Slot(module, factor=factors.get(module, 1))
        elif isinstance(module, Bottleneck):
            side = math.isqrt(module.squeeze.in_features // channels)
            yield _Slot(module.squeeze, reads=(channels, side, side))
            yield _Slot(module.widen, makes=(module.widen.out_features // module.side**2, module.side, module.side))


def _keras_shape(layer: nn.Conv2d | nn.Linear) -> tuple[int, ...]:
    if isinstance(layer, nn.Conv2d):
        return (*layer.kernel_size, layer.in_channels, layer.out_channels)
    return (layer.in_features, layer.out_features)


def _turned(slot: _Slot, layer: KerasLayer) -> tuple[Tensor, Tensor]:
    """Return weight and bias as torch has them."""
    weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
    if isinstance(slot.layer, nn.Linear):
        weight = weight if slot.reads is None else _channels_first(weight, slot.reads)
        if slot.makes is None:
            return weight.T, bias
        return _channels_first(weight.T, slot.makes), _channels_first(bias, slot.makes)
    weight = weight.permute(3, 2, 0, 1)
    if weight.shape[1] == _COLOURS:  # of the face that is read
        weight = weight.flip(1)
    if weight.shape[0] == _COLOURS:  # of the face that is made
        weight, bias = weight.flip(0), bias.flip(0)
    return _sub_pixels(weight, slot.factor), _sub_pixels(bias, slot.factor)


def _channels_first(values: Tensor, shape: tuple[int, int, int]) -> Tensor:
    """Put the (H · W · C, …) numbers of a flattened map into the order C · H · W."""
    channels, height, width = shape
    return values.reshape(height * width, channels, *values.shape[1:]).transpose(0, 1).flatten(0, 1)


def _sub_pixels(values: Tensor, factor: int) -> Tensor:
    """Move sub-pixel k of channel c from k · channels + c to c · factor² + k."""
    return values.reshape(factor**2, -1, *values.shape[1:]).transpose(0, 1).flatten(0, 1)

"""Models of faceswap as Keras 3 writes them, and what they make of a face, in numpy and from the definitions."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Row = Sequence[tuple[str, tuple[int, ...]]]
"""Layers of a part, first to last: class and, where it has any, the shape of its weights."""


def lightweight(share: int = 16) -> dict[str, Row]:
    """Return the layers of Lightweight with a share of its width."""
    wide = [width // share for width in (128, 256, 512)]
    downs = [("Conv2D", (5, 5, inputs, outputs)) for inputs, outputs in zip([3, *wide[:2]], wide, strict=True)]
    middle = [("Dense", (wide[2] * 64, wide[2])), ("Dense", (wide[2], wide[2] * 16))]
    ups = [("Conv2D", (3, 3, wide[a], 4 * wide[b])) for a, b in ((2, 1), (1, 2), (2, 1), (1, 0))]
    decoder = [*ups[1:], ("Conv2D", (5, 5, wide[0], 3))]
    return {"encoder": [*downs, *middle, ups[0]], "decoder_a": decoder, "decoder_b": decoder}


def drawn(parts: Mapping[str, Row]) -> dict[str, list[tuple[Array, Array]]]:
    """Draw weights and biases for all layers."""
    chance = np.random.default_rng(0)
    return {
        name: [
            (
                (chance.standard_normal(shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32),
                (chance.standard_normal(shape[-1:]) / 4).astype(np.float32),
            )
            for _, shape in row
        ]
        for name, row in parts.items()
    }


def write(path: Path, parts: Mapping[str, Row], weights: Mapping[str, list[tuple[Array, Array]]]) -> None:
    """Write a `.keras` file: weights by class and running number, the config with classes in their order."""
    data, layers = io.BytesIO(), []
    with h5py.File(data, "w") as file:
        for number, (name, row) in enumerate(parts.items()):
            seen: Counter[str] = Counter()
            part = file.create_group(f"layers/functional{f'_{number}' if number else ''}/layers")
            for (kind, _), arrays in zip(row, weights[name], strict=True):
                key = kind.lower() + (f"_{seen[kind]}" if seen[kind] else "")
                seen[kind] += 1
                for place, array in enumerate(arrays):
                    part[f"{key}/vars/{place}"] = array
            inner = [{"class_name": "InputLayer", "config": {}}]
            for kind, _ in row:
                inner += [{"class_name": kind, "config": {}}, {"class_name": "LeakyReLU", "config": {}}]
            layers.append({"class_name": "Functional", "config": {"name": name, "layers": inner}})
    config = {"class_name": "Functional", "config": {"layers": [{"class_name": "InputLayer", "config": {}}, *layers]}}
    with zipfile.ZipFile(path, "w") as whole:
        whole.writestr("metadata.json", "{}")
        whole.writestr("config.json", json.dumps(config))
        whole.writestr("model.weights.h5", data.getvalue())


def lightweight_face(weights: Mapping[str, list[tuple[Array, Array]]], side: str, face_BHWC: Array) -> Array:
    """Make a face as Lightweight does: (B, 64, 64, 3) BGR to the same."""
    *downs, squeeze, widen, first = weights["encoder"]
    x = face_BHWC
    for layer in downs:
        x = _leaky(_convolved(x, *layer, stride=2))
    x = x.reshape(len(x), -1) @ squeeze[0] + squeeze[1]
    x = (x @ widen[0] + widen[1]).reshape(len(x), 4, 4, -1)
    *ups, last = weights[f"decoder_{side}"]
    for layer in (first, *ups):
        x = _shuffled(_leaky(_convolved(x, *layer)))
    return np.asarray(1 / (1 + np.exp(-_convolved(x, *last))), np.float32)


def _convolved(x: Array, weight: Array, bias: Array, stride: int = 1) -> Array:
    total = weight.shape[0] - stride
    pad = (total // 2, total - total // 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), pad, pad, (0, 0))), weight.shape[:2], (1, 2))
    return np.asarray(np.einsum("bhwcij,ijco->bhwo", windows[:, ::stride, ::stride], weight, optimize=True) + bias)


def _leaky(x: Array) -> Array:
    return np.where(x > 0, x, np.float32(0.1) * x)


def _shuffled(x: Array) -> Array:
    """Pixel (2h + i, 2w + j) of channel c is channel (2i + j) · C + c of pixel (h, w)."""
    made = np.zeros((len(x), 2 * x.shape[1], 2 * x.shape[2], x.shape[3] // 4), np.float32)
    channels = made.shape[3]
    for i in range(2):
        for j in range(2):
            made[:, i::2, j::2] = x[..., (2 * i + j) * channels :][..., :channels]
    return made

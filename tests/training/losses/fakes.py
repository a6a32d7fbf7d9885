"""Pictures, and weights of measuring networks, made up at random in the layouts of the real files."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Doubles = npt.NDArray[np.float64]
ALEX_CONVOLUTIONS = {0: (64, 3, 11), 3: (192, 64, 5), 6: (384, 192, 3), 8: (256, 384, 3), 10: (256, 256, 3)}


def alike(count: int, height: int, width: int, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, 3, 5, 6, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic").clamp(0, 1)
    noise = torch.randn(2, count, 3, height, width, generator=generator) * 0.08
    first, second = (smooth + noise).clamp(0, 1)
    return first, second


def doubles(tensor: Tensor) -> Doubles:
    return tensor.detach().numpy().astype(np.float64)


def put_alexnet(folder: Path) -> None:
    generator = torch.Generator().manual_seed(1)
    layers = {"classifier.6.bias": torch.zeros(1000)}
    for number, (out, into, side) in ALEX_CONVOLUTIONS.items():
        spread = (2 / (into * side * side)) ** 0.5
        layers[f"features.{number}.weight"] = torch.randn(out, into, side, side, generator=generator) * spread
        layers[f"features.{number}.bias"] = torch.randn(out, generator=generator) * 0.1
    torch.save(layers, folder / "alexnet-owt-7be5be79.pth")
    lines = {
        f"lin{number}.model.1.weight": torch.rand(1, out, 1, 1, generator=generator)
        for number, (out, _, _) in enumerate(ALEX_CONVOLUTIONS.values())
    }
    torch.save(lines, folder / "alex.pth")


def put_identifier(folder: Path) -> None:
    from onnx import helper

    random = np.random.default_rng(2)
    nodes = [
        helper.make_node("Conv", ["input", "kernel", "bias"], ["raw"], strides=[8, 8]),
        helper.make_node("PRelu", ["raw", "slope"], ["bent"]),
        helper.make_node("Flatten", ["bent"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix", "shift"], ["vector"], transB=1),
    ]
    constants = {
        "kernel": random.normal(0, 0.1, (4, 3, 8, 8)),
        "bias": random.normal(0, 0.1, 4),
        "slope": np.full((4, 1, 1), 0.25),
        "matrix": random.normal(0, 0.05, (16, 4 * 14 * 14)),
        "shift": random.normal(0, 0.05, 16),
    }
    floats = {name: array.astype(np.float32) for name, array in constants.items()}
    (folder / "arcface_resnet.onnx").write_bytes(onnx_bytes(nodes, floats, ["N", 3, 112, 112], "vector"))


def onnx_bytes(
    nodes: Sequence[Any], constants: Mapping[str, npt.NDArray[Any]], shape: Sequence[int | str], output: str
) -> bytes:
    """Return an ONNX file of one input, `input`, and one output."""
    from onnx import TensorProto, helper, numpy_helper

    taken = helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)
    given = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
    kept = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "tiny", [taken], [given], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())

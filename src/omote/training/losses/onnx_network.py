"""A network read from an ONNX file, through which gradients flow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.training.losses.onnx_steps import STEPS


class _Node(NamedTuple):
    """A step of the network: what is done, with which values, and what the result is called."""

    operation: str
    attributes: dict[str, Any]
    inputs: tuple[str, ...]
    output: str


class OnnxNetwork(nn.Module):
    """A network of one input and one output with fixed weights, in the steps that `onnx_steps` knows.

    Args:
        path: of the ONNX file.

    Raises:
        SettingError: the package onnx is missing, the file is damaged, or the network has a step that is not known.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        onnx, graph = _read(path)
        self._nodes = _nodes(onnx, graph, path)
        self._fixed: dict[str, tuple[int, ...]] = {}
        self._kept: dict[str, str] = {}
        for name, array in _constants(onnx, graph):
            self._keep(name, array)
        self._input = next(value.name for value in graph.input if value.name not in {*self._kept, *self._fixed})
        self._output = str(graph.output[0].name)

    def _keep(self, name: str, array: np.ndarray[tuple[int, ...], np.dtype[Any]]) -> None:
        if array.dtype.kind == "i":  # shapes: as tensors they would have to be fetched from the device at each step
            self._fixed[name] = tuple(array.reshape(-1).tolist())
            return
        self._kept[name] = f"weights{len(self._kept)}"
        self.register_buffer(self._kept[name], torch.from_numpy(array.astype(np.float32)))

    def forward(self, x: Tensor) -> Tensor:
        """Return the network's first output."""
        values: dict[str, Any] = {self._input: x, **self._fixed}
        values |= {name: self.get_buffer(buffer) for name, buffer in self._kept.items()}
        for operation, attributes, inputs, output in self._nodes:
            values[output] = STEPS[operation](attributes, [values[name] if name else None for name in inputs])
        result: Tensor = values[self._output]
        return result


def _read(path: Path) -> tuple[Any, Any]:
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    except ImportError as fault:
        raise SettingError("reading a network for identity needs the package onnx", do="pip install onnx") from fault
    try:
        return onnx, onnx.load(path).graph
    except (DecodeError, OSError, ValueError) as fault:
        raise SettingError("a damaged network", path, "fetch it anew") from fault


def _nodes(onnx: Any, graph: Any, path: Path) -> Sequence[_Node]:  # noqa: ANN401 - onnx has no types
    nodes = [node for node in graph.node if node.op_type != "Constant"]
    unknown = sorted({node.op_type for node in nodes} - set(STEPS))
    if unknown:
        raise SettingError(f"this network has steps that are not known here: {', '.join(unknown)}", path)
    read = onnx.helper.get_attribute_value
    return [
        _Node(node.op_type, {item.name: read(item) for item in node.attribute}, tuple(node.input), node.output[0])
        for node in nodes
    ]


def _constants(onnx: Any, graph: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - onnx has no types
    tensors = [(kept.name, kept) for kept in graph.initializer]
    tensors += [(node.output[0], node.attribute[0].t) for node in graph.node if node.op_type == "Constant"]
    return [(name, onnx.numpy_helper.to_array(tensor)) for name, tensor in tensors]

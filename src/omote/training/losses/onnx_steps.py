"""The operations of ONNX that networks for identity are made of, in torch. Definitions: onnx.ai/onnx/operators."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Attributes = Mapping[str, Any]
Step = Callable[[Attributes, Sequence[Any]], Tensor]
"""An operation: its attributes and inputs (tensors; whole numbers that stand fixed in the network as tuples)."""


def _convolved(attributes: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, kernel, *bias = inputs
    x = _padded(x, attributes, 0.0)
    return functional.conv2d(
        x,
        kernel,
        bias[0] if bias else None,
        attributes.get("strides", (1, 1)),
        0,
        attributes.get("dilations", (1, 1)),
        attributes.get("group", 1),
    )


def _largest(attributes: Attributes, inputs: Sequence[Any]) -> Tensor:
    x = _padded(inputs[0], attributes, -math.inf)
    return functional.max_pool2d(
        x,
        attributes["kernel_shape"],
        attributes.get("strides", (1, 1)),
        0,
        attributes.get("dilations", (1, 1)),
        bool(attributes.get("ceil_mode", 0)),
    )


def _padded(x: Tensor, attributes: Attributes, value: float) -> Tensor:
    if attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID"):
        raise ValueError("padding that depends on the size")
    top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
    return functional.pad(x, (left, right, top, bottom), value=value) if top or left or bottom or right else x


def _normalised(attributes: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, scale, shift, mean, variance = inputs
    return functional.batch_norm(x, mean, variance, scale, shift, eps=attributes.get("epsilon", 1e-5))


def _prelu(_: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, slope = inputs
    bent: Tensor = x.clamp_min(0) + slope * x.clamp_max(0)
    return bent


def _affine(attributes: Attributes, inputs: Sequence[Any]) -> Tensor:
    first, second, *shift = inputs
    first = first.T if attributes.get("transA", 0) else first
    second = second.T if attributes.get("transB", 0) else second
    product: Tensor = attributes.get("alpha", 1.0) * (first @ second)
    return product + attributes.get("beta", 1.0) * shift[0] if shift else product


def _flattened(attributes: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, axis = inputs[0], attributes.get("axis", 1)
    return torch.reshape(x, (math.prod(x.shape[:axis]), -1))


def _reshaped(_: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, shape = inputs
    return torch.reshape(x, [x.shape[axis] if side == 0 else side for axis, side in enumerate(shape)])


def _clipped(_: Attributes, inputs: Sequence[Any]) -> Tensor:
    x, least, most = (*inputs, None, None)[:3]
    return torch.clamp(x, least, most)


def _same(_: Attributes, inputs: Sequence[Any]) -> Tensor:
    x: Tensor = inputs[0]
    return x


STEPS: Mapping[str, Step] = {
    "Add": lambda _, inputs: torch.add(*inputs),
    "BatchNormalization": _normalised,
    "Clip": _clipped,
    "Conv": _convolved,
    "Div": lambda _, inputs: torch.div(*inputs),
    "Dropout": _same,
    "Flatten": _flattened,
    "Gemm": _affine,
    "GlobalAveragePool": lambda _, inputs: inputs[0].mean((2, 3), keepdim=True),
    "Identity": _same,
    "LeakyRelu": lambda attributes, inputs: functional.leaky_relu(inputs[0], attributes.get("alpha", 0.01)),
    "MatMul": lambda _, inputs: torch.matmul(*inputs),
    "MaxPool": _largest,
    "Mul": lambda _, inputs: torch.mul(*inputs),
    "PRelu": _prelu,
    "Relu": lambda _, inputs: torch.relu(inputs[0]),
    "Reshape": _reshaped,
    "Sigmoid": lambda _, inputs: torch.sigmoid(inputs[0]),
    "Sub": lambda _, inputs: torch.sub(*inputs),
    "Transpose": lambda attributes, inputs: inputs[0].permute(*attributes["perm"]),
}
"""By ONNX's name."""

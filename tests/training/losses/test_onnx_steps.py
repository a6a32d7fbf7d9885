from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from omote.training.losses.onnx_network import OnnxNetwork
from omote.training.losses.onnx_steps import STEPS
from tests.training.losses.fakes import onnx_bytes

onnxruntime = pytest.importorskip("onnxruntime")
helper = pytest.importorskip("onnx").helper

Floats = npt.NDArray[np.float32]
RANDOM = np.random.default_rng(3)


def floats(*shape: int) -> Floats:
    return RANDOM.normal(0, 1, shape).astype(np.float32)


def whole(*numbers: int) -> npt.NDArray[np.int64]:
    return np.array(numbers, np.int64)


MAP, LINE = (2, 4, 9, 10), (3, 5)
# Operation, shape of the input, further inputs, attributes.
CASES: list[tuple[str, tuple[int, ...], list[npt.NDArray[Any] | None], dict[str, Any]]] = [
    ("Add", MAP, [floats(4, 1, 1)], {}),
    ("Sub", MAP, [floats(1)], {}),
    ("Mul", MAP, [floats(4, 1, 1)], {}),
    ("Div", MAP, [floats(4, 1, 1)], {}),
    ("MatMul", LINE, [floats(5, 7)], {}),
    ("Relu", MAP, [], {}),
    ("Sigmoid", MAP, [], {}),
    ("Identity", MAP, [], {}),
    ("Dropout", MAP, [], {}),
    ("GlobalAveragePool", MAP, [], {}),
    ("LeakyRelu", MAP, [], {}),
    ("LeakyRelu", MAP, [], {"alpha": 0.3}),
    ("PRelu", MAP, [floats(4, 1, 1)], {}),
    ("PRelu", MAP, [floats(1)], {}),
    ("Clip", MAP, [np.array(-0.5, np.float32), np.array(0.7, np.float32)], {}),
    ("Clip", MAP, [None, np.array(0.7, np.float32)], {}),
    ("BatchNormalization", MAP, [floats(4), floats(4), floats(4), floats(4) ** 2 + 0.1], {}),
    ("BatchNormalization", MAP, [floats(4), floats(4), floats(4), floats(4) ** 2], {"epsilon": 0.02}),
    ("Conv", MAP, [floats(6, 4, 3, 3)], {}),
    ("Conv", MAP, [floats(6, 4, 3, 2), floats(6)], {"strides": [2, 1], "pads": [1, 0, 2, 3]}),
    ("Conv", MAP, [floats(8, 1, 3, 3), floats(8)], {"group": 4, "dilations": [2, 2], "pads": [2, 2, 2, 2]}),
    ("MaxPool", MAP, [], {"kernel_shape": [2, 3]}),
    ("MaxPool", MAP, [], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1}),
    ("Flatten", MAP, [], {}),
    ("Flatten", MAP, [], {"axis": 2}),
    ("Gemm", LINE, [floats(5, 7), floats(7)], {}),
    ("Gemm", LINE, [floats(7, 5)], {"transB": 1, "alpha": 0.5}),
    ("Gemm", LINE, [floats(3, 7), floats(7)], {"transA": 1, "beta": 2.0}),
    ("Reshape", MAP, [whole(0, -1, 5)], {}),
    ("Transpose", MAP, [], {"perm": [0, 2, 3, 1]}),
]


@pytest.mark.parametrize(("operation", "shape", "more", "attributes"), CASES)
def test_a_step_does_what_onnxruntime_does(
    operation: str,
    shape: tuple[int, ...],
    more: list[npt.NDArray[Any] | None],
    attributes: dict[str, Any],
    tmp_path: Path,
) -> None:
    names = ["" if array is None else f"more{number}" for number, array in enumerate(more)]
    node = helper.make_node(operation, ["input", *names], ["output"], **attributes)
    constants = {name: array for name, array in zip(names, more, strict=True) if array is not None}
    path = tmp_path / "one.onnx"
    path.write_bytes(onnx_bytes([node], constants, list(shape), "output"))
    x = floats(*shape)
    (true,) = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"input": x})
    np.testing.assert_allclose(OnnxNetwork(path)(torch.from_numpy(x)), true, atol=1e-5)


def test_every_step_is_compared() -> None:
    assert {operation for operation, *_ in CASES} == set(STEPS)

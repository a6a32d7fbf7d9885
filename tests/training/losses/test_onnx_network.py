import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.core.errors import SettingError
from omote.training.losses.onnx_network import OnnxNetwork
from tests.training.losses.fakes import onnx_bytes

onnxruntime = pytest.importorskip("onnxruntime")
onnx = pytest.importorskip("onnx")


@pytest.fixture
def residual(tmp_path: Path) -> Path:
    """A block as ArcFace's networks have: normalise, convolve, bend, add what came in; then a vector."""
    random, node = np.random.default_rng(4), onnx.helper.make_node
    shape = onnx.numpy_helper.from_array(np.array([0, -1], np.int64))
    nodes = [
        node("BatchNormalization", ["input", "scale", "shift", "mean", "variance"], ["normal"]),
        node("Conv", ["normal", "kernel"], ["raw"], pads=[1, 1, 1, 1]),
        node("PRelu", ["raw", "slope"], ["bent"]),
        node("Add", ["bent", "input"], ["sum"]),
        node("Constant", [], ["shape"], value=shape),
        node("Reshape", ["sum", "shape"], ["flat"]),
        node("Gemm", ["flat", "matrix", "bias"], ["vector"], transB=1),
    ]
    constants = {
        **{name: random.normal(0, 1, 3) for name in ("scale", "shift", "mean")},
        "variance": random.uniform(0.5, 2, 3),
        "kernel": random.normal(0, 0.3, (3, 3, 3, 3)),
        "slope": random.uniform(0, 1, (3, 1, 1)),
        "matrix": random.normal(0, 0.1, (6, 192)),
        "bias": random.normal(0, 0.1, 6),
    }
    path = tmp_path / "residual.onnx"
    floats = {name: array.astype(np.float32) for name, array in constants.items()}
    path.write_bytes(onnx_bytes(nodes, floats, ["N", 3, 8, 8], "vector"))
    return path


def test_a_whole_network_answers_as_in_onnxruntime(residual: Path) -> None:
    x = torch.randn(5, 3, 8, 8)
    session = onnxruntime.InferenceSession(residual, providers=["CPUExecutionProvider"])
    (true,) = session.run(None, {"input": x.numpy()})
    np.testing.assert_allclose(OnnxNetwork(residual)(x), true, atol=1e-5)


def test_slopes_flow_through_it(residual: Path) -> None:
    network = OnnxNetwork(residual).double()
    assert torch.autograd.gradcheck(network, torch.randn(1, 3, 8, 8, dtype=torch.float64, requires_grad=True))


def test_it_has_nothing_to_train_and_moves_as_a_whole(residual: Path) -> None:
    network = OnnxNetwork(residual)
    assert not [*network.parameters()]
    assert {buffer.device.type for buffer in network.to("meta").buffers()} == {"meta"}


def test_a_step_that_is_not_known_is_named(tmp_path: Path) -> None:
    nodes = [
        onnx.helper.make_node("Hardmax", ["input"], ["middle"]),
        onnx.helper.make_node("Softsign", ["middle"], ["output"]),
    ]
    (tmp_path / "odd.onnx").write_bytes(onnx_bytes(nodes, {}, [1, 3], "output"))
    with pytest.raises(SettingError, match=r"not known here: Hardmax, Softsign: .*odd\.onnx"):
        OnnxNetwork(tmp_path / "odd.onnx")


def test_a_damaged_file_is_an_error_that_says_so(residual: Path) -> None:
    residual.write_bytes(residual.read_bytes()[:100])
    with pytest.raises(SettingError, match="damaged"):
        OnnxNetwork(residual)


def test_without_the_package_onnx_it_is_named(residual: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(SettingError, match="the package onnx"):
        OnnxNetwork(residual)

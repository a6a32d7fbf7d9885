"""Networks of the signatures that uniface's classes expect, so small that what they answer can be said beforehand.

They look at colours: a "face" is a patch of pure red, and so a swapped channel or a shifted pixel shows.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from uniface import constants
from uniface.landmark import _meanface

from omote.core.types import Floats
from omote.perception.weights import PLUGINS, weights_of

Array = npt.NDArray[np.generic]

FIVE: Floats = np.array([[-5, -4], [5, -4], [0, 1], [-4, 6], [4, 6]], np.float32)
"""Where, in pixels from the middle of the patch, each tiny detector says the five points are."""
PATCH = 16
"""Side of the box that it says there is."""
STRIDES = (8, 16, 32)
SKIN, NOSE, HAIR = 1, 10, 17
MEAN_FACES: dict[int, Floats] = {
    68: np.array(_meanface.MEANFACE_300W_68, np.float32).reshape(68, 2),
    98: np.array(_meanface.MEANFACE_WFLW_98, np.float32).reshape(98, 2),
}


def _model(
    shape: Sequence[int], nodes: Sequence[onnx.NodeProto], constants_: dict[str, Array], out: list[str]
) -> bytes:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in out]
    kept = [numpy_helper.from_array(array, name) for name, array in constants_.items()]
    graph = helper.make_graph(list(nodes), "tiny", [image], outputs, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    # The shapes of the outputs are part of the signature: some classes read them.
    return bytes(onnx.shape_inference.infer_shapes(model, data_prop=True).SerializeToString())


def _redness(scale: float, shift: float, red: int) -> tuple[list[onnx.NodeProto], dict[str, Array]]:
    """Score 8 px cells from 0 to 1: mean red less mean green and blue, each brought back to 0 to 1."""
    weight = np.full((1, 3, 8, 8), -scale / 64, np.float32)
    weight[0, red] = scale / 64
    nodes = [
        helper.make_node("Conv", ["image", "weight", "bias"], ["raw"], strides=[8, 8]),
        helper.make_node("Clip", ["raw", "zero", "one"], ["red"]),
    ]
    values: dict[str, Array] = {"weight": weight, "bias": np.array([-shift], np.float32)}
    return nodes, values | {"zero": np.array(0, np.float32), "one": np.array(1, np.float32)}


def retinaface() -> bytes:
    nodes, values = _redness(1 / 255, (-123 + 104 + 117) / 255, red=2)
    cells, rest = 6400, 2 * (1600 + 400)
    one = FIVE.reshape(10) / np.float32(0.1 * PATCH)
    nodes += [
        helper.make_node("Reshape", ["red", "column"], ["first"]),
        helper.make_node("Concat", ["first", "none"], ["both"], axis=2),
        helper.make_node("Reshape", ["both", "column"], ["fine"]),
        helper.make_node("Concat", ["fine", "coarse"], ["face"], axis=1),
        helper.make_node("Sub", ["one", "face"], ["other"]),
        helper.make_node("Concat", ["other", "face"], ["conf"], axis=2),
        helper.make_node("Identity", ["boxes"], ["loc"]),
        helper.make_node("Identity", ["points"], ["landms"]),
    ]
    values |= {
        "column": np.array([1, -1, 1], np.int64),
        "none": np.zeros((1, cells, 1), np.float32),
        "coarse": np.zeros((1, rest, 1), np.float32),
        "boxes": np.zeros((1, 2 * cells + rest, 4), np.float32),
        "points": np.tile(one, (1, 2 * cells + rest, 1)),
    }
    return _model([1, 3, 640, 640], nodes, values, ["loc", "conf", "landms"])


def scrfd() -> bytes:
    nodes, values = _redness(1 / 2, 1 / 2, red=0)
    # Anchors sit on the corners of cells, so that the middle of the patch is half a cell away.
    half = np.float32(0.5)
    box = np.array([PATCH / 16 - half, PATCH / 16 - half, PATCH / 16 + half, PATCH / 16 + half], np.float32)
    points = (FIVE / 8 + half).reshape(10)
    nodes += [
        helper.make_node("Reshape", ["red", "column"], ["first"]),
        helper.make_node("Concat", ["first", "none"], ["both"], axis=1),
        helper.make_node("Reshape", ["both", "column"], ["score8"]),
    ]
    values |= {"column": np.array([-1, 1], np.int64), "none": np.zeros((6400, 1), np.float32)}
    for stride in STRIDES:
        count = 2 * (640 // stride) ** 2
        values |= {f"b{stride}": np.tile(box, (count, 1)), f"p{stride}": np.tile(points, (count, 1))}
        nodes += [
            helper.make_node("Identity", [f"{kind[0]}{stride}"], [f"{kind}{stride}"]) for kind in ("box", "points")
        ]
        if stride > 8:
            values[f"s{stride}"] = np.zeros((count, 1), np.float32)
            nodes.append(helper.make_node("Identity", [f"s{stride}"], [f"score{stride}"]))
    names = [f"{kind}{stride}" for kind in ("score", "box", "points") for stride in STRIDES]
    return _model([1, 3, 640, 640], nodes, values, names)


def yolov8_face() -> bytes:
    nodes, values = _redness(1.0, 0.0, red=0)
    reach = np.full((4, 16), -50, np.float32)
    reach[:, PATCH // 16] = 50  # all weight on one distance, in cells
    points = np.concatenate([(FIVE / 8 + np.float32(0.5)) / 2, np.zeros((5, 1), np.float32)], 1)
    nodes += [
        helper.make_node("Mul", ["red", "steep"], ["logit0"]),
        helper.make_node("Sub", ["logit0", "half_steep"], ["logit"]),
        helper.make_node("Concat", ["before", "logit", "after"], ["map8"], axis=1),
        helper.make_node("Identity", ["m16"], ["map16"]),
        helper.make_node("Identity", ["m32"], ["map32"]),
    ]
    values |= {
        "steep": np.array(20, np.float32),
        "half_steep": np.array(10, np.float32),
        "before": np.tile(reach.reshape(1, 64, 1, 1), (1, 1, 80, 80)),
        "after": np.tile(points.reshape(1, 15, 1, 1), (1, 1, 80, 80)).astype(np.float32),
        "m16": np.full((1, 80, 40, 40), -50, np.float32),
        "m32": np.full((1, 80, 20, 20), -50, np.float32),
    }
    return _model([1, 3, 640, 640], nodes, values, ["map8", "map16", "map32"])


def pipnet(count: int) -> bytes:
    """Say that the points are those of the mean face, moved right and down by a tenth of the mean red of the square."""
    face = MEAN_FACES[count]
    near = np.argsort(((face[:, None] - face[None]) ** 2).sum(2), axis=1)[:, 1:11]
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["means"], axes=[2, 3], keepdims=1),
        helper.make_node("Slice", ["means", "from", "to", "axis"], ["red"]),
        helper.make_node("Mul", ["red", "std"], ["scaled"]),
        helper.make_node("Add", ["scaled", "mean"], ["move"]),
        helper.make_node("Identity", ["zeros"], ["cls"]),
    ]
    values: dict[str, Array] = {
        "from": np.array([0], np.int64),
        "to": np.array([1], np.int64),
        "axis": np.array([1], np.int64),
        # From what the network is shown back to 0 to 1, then a tenth of that in the 8 cells of a side.
        "std": np.array(0.229 * 0.8, np.float32),
        "mean": np.array(0.485 * 0.8, np.float32),
        "zeros": np.zeros((1, count, 8, 8), np.float32),
    }
    for axis, name in enumerate("xy"):
        own, others = face[:, axis] * 8, face[near, axis].reshape(-1) * 8
        for kind, at in (("own", own), ("near", others)):
            values[f"{kind}_{name}"] = np.tile(at.reshape(1, -1, 1, 1), (1, 1, 8, 8)).astype(np.float32)
            nodes.append(helper.make_node("Add", [f"{kind}_{name}", "move"], [f"{kind}_{name}_out"]))
    names = ["cls", "own_x_out", "own_y_out", "near_x_out", "near_y_out"]
    return _model([1, 3, 256, 256], nodes, values, names)


def embedding() -> bytes:
    """Give the means of 7 × 7 cells of 16 px, channel by channel, and zeros up to 512."""
    nodes = [
        helper.make_node("AveragePool", ["image"], ["cells"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Reshape", ["cells", "row"], ["flat"]),
        helper.make_node("Concat", ["flat", "zeros"], ["vector"], axis=1),
    ]
    values: dict[str, Array] = {"row": np.array([1, 147], np.int64), "zeros": np.zeros((1, 365), np.float32)}
    return _model([1, 3, 112, 112], nodes, values, ["vector"])


def parsing() -> bytes:
    """Call red skin, green nose, blue hair and black background."""
    weight = np.zeros((19, 3, 1, 1), np.float32)
    bias = np.full(19, -100, np.float32)
    bias[0] = 0.1
    for channel, label in enumerate((SKIN, NOSE, HAIR)):
        std, mean = (0.229, 0.224, 0.225)[channel], (0.485, 0.456, 0.406)[channel]
        weight[label, channel], bias[label] = std, mean
    nodes = [helper.make_node("Conv", ["image", "weight", "bias"], ["classes"])]
    return _model([1, 3, 512, 512], nodes, {"weight": weight, "bias": bias}, ["classes"])


def redness_map() -> bytes:
    """Give the red of a BGR picture, pixels last."""
    values: dict[str, Array] = {"from": np.array([2]), "to": np.array([3]), "axis": np.array([3])}
    nodes = [helper.make_node("Slice", ["image", "from", "to", "axis"], ["mask"])]
    return _model([1, 256, 256, 3], nodes, values, ["mask"])


def mean_red() -> bytes:
    """Give the mean of a picture's red, where white is 1.5 and black -0.5."""
    values: dict[str, Array] = {"from": np.array([0]), "to": np.array([1]), "axis": np.array([1])}
    values |= {"half": np.array(0.5, np.float32)}
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Slice", ["means", "from", "to", "axis"], ["red"]),
        helper.make_node("Add", ["red", "half"], ["score"]),
    ]
    return _model([1, 3, 112, 112], nodes, values, ["score"])


NETWORKS: dict[str, Callable[[], bytes]] = {
    "retinaface": retinaface,
    "scrfd": scrfd,
    "yolov8-face": yolov8_face,
    "pipnet-68": lambda: pipnet(68),
    "pipnet-98": lambda: pipnet(98),
    "arcface": embedding,
    "adaface": embedding,
    "bisenet": parsing,
    "xseg": redness_map,
    "ediffiqa": mean_red,
}


def put(folder: Path) -> None:
    """Write the tiny networks of all plugins under the names of the real weights."""
    for plugin in PLUGINS:
        (folder / weights_of(plugin).path.name).write_bytes(NETWORKS[plugin]())


def use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Have weights looked for in a folder, and those that lie there taken for right."""
    patch.setenv("UNIFACE_CACHE_DIR", str(folder))
    for plugin in PLUGINS:
        weights = weights_of(plugin)
        right = hashlib.sha256(weights.path.read_bytes()).hexdigest()
        facts = constants.ModelInfo(url=weights.urls[0], sha256=right)
        patch.setitem(constants.MODEL_REGISTRY, weights.uniface_name, facts)

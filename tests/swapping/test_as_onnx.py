import json
from collections.abc import Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
import torch
from torch import nn

from omote.core.errors import ModelError
from omote.models.base import SwapNetwork
from omote.models.nano import Nano, NanoConfig
from omote.models.registry import build
from omote.swapping.as_onnx import as_onnx, resizing
from tests.models import networks

Form = Literal["onnx", "dfm"]


def session(
    network: SwapNetwork, form: Form, person: Literal["a", "b"] = "b", facts: Mapping[str, Any] = MappingProxyType({})
) -> Any:
    return onnxruntime.InferenceSession(as_onnx(network, person, form, facts), providers=["CPUExecutionProvider"])


def nano(learn_mask: bool) -> SwapNetwork:
    torch.manual_seed(0)
    return Nano(NanoConfig(learn_mask=learn_mask)).eval()


@pytest.mark.parametrize("person", ["a", "b"])
@pytest.mark.parametrize("learn_mask", [False, True])
def test_the_plain_form_makes_what_torch_makes(person: Literal["a", "b"], learn_mask: bool) -> None:
    network, face = nano(learn_mask), torch.rand(3, 3, 64, 64)
    reader = session(network, "onnx", person)
    wanted = networks.swapped(network, face)[person]
    assert [each.name for each in reader.get_inputs()] == ["face"]
    assert [each.name for each in reader.get_outputs()] == (["swapped", "mask"] if learn_mask else ["swapped"])
    swapped, *mask = reader.run(None, {"face": face.numpy()})
    np.testing.assert_allclose(swapped, wanted.face, atol=1e-3)
    if wanted.mask is not None:
        np.testing.assert_allclose(mask[0], wanted.mask, atol=1e-3)


@pytest.mark.parametrize("person", ["a", "b"])
def test_a_dfm_is_bgr_with_pixels_last_and_the_masks_of_both_people(person: Literal["a", "b"]) -> None:
    network, face = nano(learn_mask=True), torch.rand(2, 3, 64, 64)
    reader = session(network, "dfm", person)
    (given,) = reader.get_inputs()
    assert (given.name, given.type, given.shape[1:]) == ("in_face:0", "tensor(float)", [64, 64, 3])
    names = [each.name for each in reader.get_outputs()]
    assert names == ["out_face_mask:0", "out_celeb_face:0", "out_celeb_face_mask:0"]
    out = reader.run(None, {"in_face:0": np.ascontiguousarray(face.numpy()[:, ::-1].transpose(0, 2, 3, 1))})
    wanted, other = (
        networks.swapped(network, face)[person],
        networks.swapped(network, face)["b" if person == "a" else "a"],
    )
    np.testing.assert_allclose(out[1][..., ::-1].transpose(0, 3, 1, 2), wanted.face, atol=1e-3)
    assert wanted.mask is not None
    assert other.mask is not None
    np.testing.assert_allclose(out[2][..., 0], wanted.mask[:, 0], atol=1e-3)
    np.testing.assert_allclose(out[0][..., 0], other.mask[:, 0], atol=1e-3)
    assert onnx.load_from_string(as_onnx(network, "b", "dfm", {})).opset_import[0].version == 12


def test_a_dfm_of_a_network_without_masks_has_ones() -> None:
    out = session(nano(learn_mask=False), "dfm").run(None, {"in_face:0": np.zeros((2, 64, 64, 3), np.float32)})
    assert [each.shape for each in out] == [(2, 64, 64, 1), (2, 64, 64, 3), (2, 64, 64, 1)]
    assert (out[0] == 1).all()
    assert (out[2] == 1).all()


def test_a_dfm_takes_faces_of_the_size_that_it_makes() -> None:
    network = networks.thin("dfaker", {}).eval()
    face = networks.faces(1, 128)
    halved = torch.nn.functional.interpolate(face, (64, 64), mode="bilinear", antialias=True)
    wanted = networks.swapped(network, halved)["b"].face
    out = session(network, "dfm").run(None, {"in_face:0": face.permute(0, 2, 3, 1).flip(3).contiguous().numpy()})
    np.testing.assert_allclose(out[1][..., ::-1].transpose(0, 3, 1, 2), wanted, atol=1e-3)


def test_resizing_keeps_flat_pictures_and_slopes() -> None:
    for old, new in ((128, 64), (64, 128), (96, 80)):
        matrix = resizing(old, new)
        assert matrix.shape == (new, old)
        torch.testing.assert_close(matrix.sum(1), torch.ones(new))
        slope = (torch.arange(old) + 0.5) / old  # of pixel centres
        inner = slice(2, -2)
        wanted = (torch.arange(new) + 0.5) / new
        torch.testing.assert_close((matrix @ slope)[inner], wanted[inner], atol=0.1 / new, rtol=0)


def test_what_the_reader_must_know_is_in_the_file() -> None:
    reader = session(nano(True), "onnx", "a", {"network": "nano", "coverage": 0.85, "options": {"learn_mask": True}})
    facts = reader.get_modelmeta().custom_metadata_map
    assert facts == {
        "omote.version": version("omote"), "omote.person": "a", "omote.colours": "RGB", "omote.input_size": "64",
        "omote.output_size": "64", "omote.network": "nano", "omote.coverage": "0.85",
        "omote.options": json.dumps({"learn_mask": True}),
    }  # fmt: skip


def test_the_other_persons_decoder_is_left_out_of_the_plain_form() -> None:
    network = nano(False)
    kept = onnx.load_from_string(as_onnx(network, "b", "onnx", {})).graph.initializer
    size = sum(int(np.prod(each.dims)) for each in kept)
    encoder, decoder = (
        sum(weight.numel() for weight in network.parts()[part].parameters()) for part in ("encoder", "decoders.b")
    )
    assert encoder < size <= encoder + decoder + 100  # equal values, as fresh biases have, are kept once


class _Attentive(Nano):
    def encode(self, face_BCHW: torch.Tensor) -> torch.Tensor:
        code = super().encode(face_BCHW)
        return nn.functional.scaled_dot_product_attention(code, code, code)


def test_a_form_whose_operators_are_too_few_is_refused_by_name() -> None:
    network = _Attentive(NanoConfig(learn_mask=False)).eval()
    with pytest.raises(ModelError, match=r"version 12 of ONNX's operators lacks .* \(try the other form: --to onnx\)"):
        as_onnx(network, "b", "dfm", {})
    face = torch.rand(1, 3, 64, 64)
    (swapped,) = session(network, "onnx").run(None, {"face": face.numpy()})
    np.testing.assert_allclose(swapped, networks.swapped(network, face)["b"].face, atol=1e-3)


def test_what_no_file_can_hold_is_refused() -> None:
    with torch.device("meta"):
        network = build("phaze-a", {"fc_max_filters": 5120, "fc_dimensions": 16, "bottleneck_size": 4096})
    with pytest.raises(ModelError, match="less than 2 GiB"):
        as_onnx(network, "b", "onnx", {})

from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
import torch

from omote.core.errors import ModelError, OmoteError, SettingError
from omote.core.events import Event, Note
from omote.faceset.config import CropConfig
from omote.models.nano import Nano, NanoConfig
from omote.runtime.model_folder import Checkpoint, write_checkpoint
from omote.stages import export_foreign, export_model
from omote.stages.context import Context
from omote.swapping import as_onnx
from tests.models.networks import swapped

CROP = CropConfig(centering="head", coverage=0.75, vertical_offset=-3)


def saved(folder: Path, learn_mask: bool) -> Nano:
    """Put a fresh network into a model folder."""
    torch.manual_seed(0)
    network = Nano(NanoConfig(learn_mask=learn_mask)).eval()
    state = {
        "schema": 1, "network": "nano", "options": {"learn_mask": learn_mask}, "crop": CROP.model_dump(),
        "iteration": 12, "seconds": 1.0, "faces": {}, "history": [],
    }  # fmt: skip
    write_checkpoint(folder, Checkpoint(network.state_dict(), {}, state, ""))
    return network


def exported(folder: Path, to: str, output: Path, **more: object) -> tuple[export_model.ExportModelReport, list[Event]]:
    """Export by the command's stage, which takes faces, too."""
    events: list[Event] = []
    config = export_foreign.ExportConfig.checked({"thing": folder, "to": to, "output": output, **more})
    report = export_foreign.run(config, Context(events.append))
    assert isinstance(report, export_model.ExportModelReport)
    return report, events


@pytest.mark.parametrize("person", ["a", "b"])
def test_the_file_makes_the_faces_that_the_model_makes(person: str, tmp_path: Path) -> None:
    network, face = saved(tmp_path / "model", learn_mask=True), torch.rand(1, 3, 64, 64)
    report, events = exported(tmp_path / "model", "onnx", tmp_path / "out" / "model.onnx", person=person)
    reader = onnxruntime.InferenceSession(report.output)
    faces, masks = reader.run(None, {"face": face.numpy()})
    wanted = swapped(network, face)["a" if person == "a" else "b"]
    np.testing.assert_allclose(faces, wanted.face, atol=1e-3)
    assert wanted.mask is not None
    np.testing.assert_allclose(masks, wanted.mask, atol=1e-3)
    assert (report.person, report.network, report.iteration, report.masks) == (person, "nano", 12, "learned")
    assert (report.input, report.output_size, report.bytes) == (64, 64, report.output.stat().st_size)
    assert events == []


def test_the_file_says_how_faces_were_cut_and_what_it_is(tmp_path: Path) -> None:
    saved(tmp_path / "model", learn_mask=False)
    report, _ = exported(tmp_path / "model", "onnx", tmp_path / "model.onnx")
    facts = onnxruntime.InferenceSession(report.output).get_modelmeta().custom_metadata_map
    assert {name.removeprefix("omote."): fact for name, fact in facts.items()} == {
        "version": version("omote"), "network": "nano", "options": '{"learn_mask": false}', "iteration": "12",
        "person": "b", "colours": "RGB", "input_size": "64", "output_size": "64", "masks": "none",
        "centering": "head", "coverage": "0.75", "vertical_offset": "-3.0",
    }  # fmt: skip


@pytest.mark.parametrize("learn_mask", [False, True])
def test_of_a_dfm_is_said_what_its_reader_cannot_know(learn_mask: bool, tmp_path: Path) -> None:
    network = saved(tmp_path / "model", learn_mask)
    report, (note,) = exported(tmp_path / "model", "dfm", tmp_path / "model.dfm")
    assert isinstance(note, Note)
    assert "centering head, coverage 0.75, vertical offset -3:" in note.text
    assert ("masks are all ones" in note.text) is not learn_mask
    face = torch.rand(1, 3, 64, 64)
    given = {"in_face:0": face.flip(1).permute(0, 2, 3, 1).contiguous().numpy()}
    out = onnxruntime.InferenceSession(report.output.read_bytes()).run(["out_celeb_face:0"], given)[0]
    np.testing.assert_allclose(out[..., ::-1].transpose(0, 3, 1, 2), swapped(network, face)["b"].face, atol=1e-3)


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    saved(tmp_path / "model", learn_mask=False)
    (tmp_path / "model.onnx").write_text("mine")
    with pytest.raises(OmoteError, match="already there"):
        exported(tmp_path / "model", "onnx", tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").read_text() == "mine"
    assert exported(tmp_path / "model", "onnx", tmp_path / "model.onnx", overwrite=True)[0].bytes > 1_000_000


def test_what_is_no_model_or_no_such_file_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "model", learn_mask=False)
    with pytest.raises(ModelError, match="no model in this folder"):
        exported(tmp_path, "dfm", tmp_path / "model.dfm")
    with pytest.raises(SettingError, match=r"must end in \.dfm, as model\.dfm"):
        exported(tmp_path / "model", "dfm", tmp_path / "model.onnx")
    with pytest.raises(SettingError, match="a model has no footage"):
        exported(tmp_path / "model", "dfm", tmp_path / "model.dfm", source=tmp_path / "film.mp4")


def test_without_the_package_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path / "model", learn_mask=False)

    def lacking(*_: object) -> bytes:
        raise ModuleNotFoundError("No module named 'onnx'", name="onnx")

    monkeypatch.setattr(as_onnx, "as_onnx", lacking)
    with pytest.raises(OmoteError, match=r"needs the package onnx \(pip install 'omote\[export\]'\)"):
        exported(tmp_path / "model", "onnx", tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()

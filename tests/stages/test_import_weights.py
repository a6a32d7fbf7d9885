import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from omote.core.errors import ModelError, OmoteError, SettingError
from omote.core.events import Event, Note
from omote.faceset.config import CropConfig
from omote.models import faceswap_keras
from omote.runtime.model_folder import read_checkpoint, read_state
from omote.stages import import_foreign, import_weights
from omote.stages.context import Context
from omote.swapping.trained import Trained
from omote.training.config import LearnConfig
from tests import faceswap_models
from tests.models.networks import faces, swapped


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Lightweight of its full width, of random weights."""
    path, parts = tmp_path_factory.mktemp("faceswap") / "lightweight.keras", faceswap_models.lightweight(share=1)
    faceswap_models.write(path, parts, faceswap_models.drawn(parts))
    return path


def taken(thing: Path, **more: object) -> tuple[Any, list[Event]]:
    events: list[Event] = []
    config = import_foreign.ImportConfig.checked({"thing": thing, **more})
    return import_foreign.run(config, Context(events.append)), events


def test_a_keras_file_becomes_a_model_that_makes_its_faces(keras: Path, tmp_path: Path) -> None:
    report, (note,) = taken(keras, faces=tmp_path / "model")
    assert isinstance(report, import_weights.ImportWeightsReport)
    assert (report.network, report.options, report.parameters) == ("lightweight", {}, 51_066_374)
    assert isinstance(note, Note)
    assert "no lightweight_state.json tells how its faces were cut" in note.text
    assert "centering face, coverage 1, vertical_offset 0" in note.text
    trained = Trained.load(tmp_path / "model", torch.device("cpu"))
    assert (trained.crop.centering, trained.crop.coverage, trained.crop.vertical_offset) == ("face", 1, 0)
    rgb = faces(1, 64)
    bgr = np.ascontiguousarray(rgb.numpy()[:, ::-1].transpose(0, 2, 3, 1))
    wanted = faceswap_models.lightweight_face(faceswap_models.drawn(faceswap_models.lightweight(share=1)), "b", bgr)
    made = swapped(trained.network, rgb)["b"].face.numpy()[:, ::-1].transpose(0, 2, 3, 1)
    np.testing.assert_allclose(made, wanted, atol=1e-4)


def test_how_faces_were_cut_can_be_told(keras: Path, tmp_path: Path) -> None:
    _, events = taken(keras, faces=tmp_path / "model", crop={"coverage": 0.875, "centering": "legacy"})
    assert events == []
    crop = CropConfig(centering="legacy", coverage=0.875, vertical_offset=0)
    assert read_state(tmp_path / "model")["crop"] == crop.model_dump()
    assert LearnConfig.checked(tomllib.loads(read_checkpoint(tmp_path / "model").settings)).crop == crop


@pytest.mark.parametrize(
    ("told", "crop"),
    [
        ({"centering": "head", "coverage": 75.0, "vertical_offset": -4}, ("head", 0.75, -4)),
        ({}, ("legacy", 0.625, 0)),  # as older models are read
    ],
)
def test_the_state_beside_the_file_is_honoured(
    told: dict[str, object], crop: tuple[str, float, float], keras: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.keras").symlink_to(keras)
    kept = {"name": "lightweight", "iterations": 1234, "config": told}
    (tmp_path / "mine_state.json").write_text(json.dumps(kept))
    report, events = taken(tmp_path / "mine.keras")
    state = read_state(tmp_path / "mine")
    assert (report.network, report.model, events) == ("lightweight", tmp_path / "mine", [])
    assert (state["crop"]["centering"], state["crop"]["coverage"], state["crop"]["vertical_offset"]) == crop
    assert state["iteration"] == 1234


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"config": 3}'])
def test_a_damaged_state_is_named(text: str, keras: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.keras").symlink_to(keras)
    (tmp_path / "mine_state.json").write_text(text)
    with pytest.raises(ModelError, match=r"no state of faceswap.*mine_state\.json"):
        taken(tmp_path / "mine.keras")


def test_what_cannot_be_taken_over_leaves_nothing(keras: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not the layers of original .*lightweight\.keras"):
        taken(keras, faces=tmp_path / "model", trainer="original")
    with pytest.raises(ModelError, match=r"weights of 'dfl-sae' cannot be taken over"):
        taken(keras, faces=tmp_path / "model", trainer="dfl_sae")
    with pytest.raises(SettingError, match=r"a \.keras file has no faces"):
        taken(keras, faces=tmp_path / "model", source=tmp_path / "film.mp4")
    assert not (tmp_path / "model").exists()


def test_nothing_is_replaced_unasked(keras: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    with pytest.raises(OmoteError, match="already there"):
        taken(keras, faces=tmp_path)


def test_without_the_package_it_is_said_how_to_get_it(
    keras: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_: Path) -> dict[str, Any]:
        raise ModuleNotFoundError("No module named 'h5py'", name="h5py")

    monkeypatch.setattr(faceswap_keras, "read_keras", lacking)
    with pytest.raises(OmoteError, match=r"needs the package h5py \(pip install 'omote\[keras\]'\)"):
        taken(keras, faces=tmp_path / "model")

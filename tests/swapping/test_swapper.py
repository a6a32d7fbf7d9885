from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from omote.alignments.record import FaceRecord
from omote.core.errors import ModelError, SettingError
from omote.core.types import Frame, Picture
from omote.faceset.config import CropConfig
from omote.models.registry import build
from omote.runtime.model_folder import Checkpoint, write_checkpoint
from omote.swapping.config import CompositeConfig
from omote.swapping.swapper import Swapper

CPU = torch.device("cpu")
STATE = {"schema": 1, "crop": CropConfig().model_dump(), "iteration": 1, "seconds": 1.0, "faces": {}, "history": []}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    network = build("nano", {})
    for side, value in (("a", -50.0), ("b", 50.0)):
        *_, last, _ = network.decoders[side]  # type: ignore[index]
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.constant_(last.bias, value)
    state = {**STATE, "network": "nano", "options": {}}
    write_checkpoint(tmp_path / "model", Checkpoint(network.state_dict(), {}, state, ""))
    return tmp_path / "model"


def test_every_face_of_every_frame_becomes_the_person(model: Path, picture: Picture, face: FaceRecord) -> None:
    frames = [Frame(index, index * 40, f"f{index}", picture.copy()) for index in range(3)]
    far = replace(face, landmarks=(face.landmarks * 0.4 + (150, 130)).astype(np.float32))
    for person, value in (("a", 0), ("b", 255)):
        swapper = Swapper.load(model, CPU, person, CompositeConfig(colour="none"))  # type: ignore[arg-type]
        out = swapper.swap(frames, [[face], [], [face, far]])
        assert [(frame.index, frame.pts, frame.name) for frame in out] == [(0, 0, "f0"), (1, 40, "f1"), (2, 80, "f2")]
        assert (out[0].rgb[130, 110] == value).all()
        assert np.array_equal(out[1].rgb, picture)
        x, y = far.landmarks[30].astype(int)
        assert (out[2].rgb[130, 110] == value).all()
        assert (out[2].rgb[y, x] == value).all()
    assert all(np.array_equal(frame.rgb, picture) for frame in frames)


def test_weights_of_another_network_are_refused(model: Path) -> None:
    state = {**STATE, "network": "nano", "options": {"learn_mask": True}}
    write_checkpoint(model, Checkpoint(build("nano", {}).state_dict(), {}, state, ""))
    with pytest.raises(ModelError, match="of another network"):
        Swapper.load(model, CPU, "b", CompositeConfig())


def test_a_mask_that_nobody_learnt_is_refused_at_once(model: Path) -> None:
    with pytest.raises(SettingError, match="learns no mask"):
        Swapper.load(model, CPU, "b", CompositeConfig(mask="learned"))

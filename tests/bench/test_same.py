from pathlib import Path

import pytest
import torch

from bench.same import same_model
from omote.core.errors import SettingError
from omote.models.registry import build
from omote.swapping.trained import Trained


def test_faces_come_out_as_they_went_in(tmp_path: Path) -> None:
    with same_model(tmp_path) as model:
        network = Trained.load(model, torch.device("cpu")).network
    face = torch.rand(2, 3, network.input_size, network.input_size)
    for side in ("a", "b"):
        assert torch.equal(network(face, side).face, face)
    with pytest.raises(SettingError, match="same"):
        build("same", {})

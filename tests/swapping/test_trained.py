from pathlib import Path

import pytest
import torch

from omote.core.errors import ModelError, SettingError
from omote.faceset.config import CropConfig
from omote.models.registry import build
from omote.runtime.model_folder import Checkpoint, write_checkpoint
from omote.swapping.config import CompositeConfig
from omote.swapping.trained import Trained, check_mask

CPU = torch.device("cpu")
STATE = {
    "schema": 1,
    "crop": CropConfig(coverage=0.7).model_dump(),
    "iteration": 7,
    "seconds": 1.0,
    "faces": {},
    "history": [],
}


def write(folder: Path, network: torch.nn.Module, options: dict[str, object]) -> None:
    write_checkpoint(folder, Checkpoint(network.state_dict(), {}, {**STATE, "network": "nano", "options": options}, ""))


def test_a_model_is_loaded_with_its_crop_and_other_weights_have_another_digest(tmp_path: Path) -> None:
    network, digests = build("nano", {}), []
    for change in (0.0, 0.0, 1e-3):
        with torch.no_grad():
            next(network.parameters()).add_(change)
        write(tmp_path, network, {})
        trained = Trained.load(tmp_path, CPU)
        digests.append(trained.digest)
        assert not trained.network.training
        assert (trained.crop.coverage, trained.name, trained.iterations) == (0.7, "nano", 7)
    assert digests[0] == digests[1] != digests[2]


def test_a_network_that_was_stopped_before_it_grew_draws_what_it_has_learnt(tmp_path: Path) -> None:
    options = {"size": "s", "resolution": 256}
    state = {**STATE, "network": "noh", "options": options}
    for drawn in ({}, {"drawn": 128}, {"drawn": 256}):
        write_checkpoint(tmp_path, Checkpoint(build("noh", options).state_dict(), {}, state | drawn, ""))
        trained = Trained.load(tmp_path, CPU)
        with torch.inference_mode():
            assert trained.network(torch.zeros(1, 3, 128, 128), "b").face.shape[-1] == drawn.get("drawn", 256)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    write(tmp_path, build("nano", {}), {"learn_mask": False})
    with pytest.raises(ModelError, match="of another network"):
        Trained.load(tmp_path, CPU)


def test_a_mask_that_nobody_learnt_is_refused_at_once() -> None:
    with pytest.raises(SettingError, match="learns no mask"):
        check_mask(build("nano", {"learn_mask": False}), CompositeConfig(mask="extended*learned"))
    check_mask(build("nano", {}), CompositeConfig(mask="learned"))
    check_mask(build("nano", {"learn_mask": False}), CompositeConfig())

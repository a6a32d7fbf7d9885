from pathlib import Path

import pytest
import torch
from torch.nn.functional import mse_loss

from omote.core.errors import SettingError
from omote.core.registry import known
from omote.models.registry import MODELS, build, settings
from tests import visiting_network


def test_an_unknown_network_lists_the_known_ones() -> None:
    with pytest.raises(SettingError, match=r"unknown model 'nan' \(known: .*lightweight, nano, noh, original"):
        build("nan", {})


def test_an_unknown_option_names_the_network() -> None:
    with pytest.raises(SettingError, match="unknown setting wide; known: learn_mask: settings of the network nano"):
        build("nano", {"wide": 3})


def test_settings_are_those_given_and_the_defaults_of_the_others() -> None:
    assert settings("dfaker", {"output_size": 256}).model_dump() == {"output_size": 256, "learn_mask": False}
    with pytest.raises(SettingError, match="settings of the network dfaker"):
        settings("dfaker", {"output_size": 100})


def test_a_network_of_another_package_is_built_and_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visiting_network.NAME not in known(MODELS, "omote.models")
    visiting_network.install(tmp_path, monkeypatch)
    torch.manual_seed(0)
    network, face = build(visiting_network.NAME, {"width": 6}), torch.rand(4, 3, 8, 8)
    assert network.parts().keys() == {"encoder", "decoders", "decoders.a", "decoders.b"}
    adam = torch.optim.Adam(network.parameters(), network.learning_rate)
    losses = []
    for _ in range(30):
        loss = mse_loss(network(face, "b").face, face)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2

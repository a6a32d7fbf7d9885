from typing import Any

import pytest
import torch
from torch import Tensor, nn

from omote.core.errors import ModelError, SettingError
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.published import begin, fetch
from omote.models.phaze_a.towers import CLIP, Tower, tower
from omote.models.phaze_a.vit import Vit, VitSize
from tests.models.phaze_a import fake_timm

TINY = VitSize(8, 64, 1, 16)


def vit(side: int) -> Tower:
    return Tower(Vit(TINY, side), CLIP)


def of(net: Any) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = net.state_dict()
    return weights


def test_the_picture_half_of_clip_fits_and_the_text_half_is_left() -> None:
    source, target = vit(32), vit(32)
    weights = {f"visual.{name}": values.half() for name, values in of(source.net).items()}
    weights |= {"positional_embedding": torch.rand(77, 512), "transformer.resblocks.0.ln_1.weight": torch.rand(512)}
    begin(target, weights)
    for name, values in of(source.net).items():
        assert torch.allclose(of(target.net)[name], values, atol=1e-3)


def test_position_embeddings_are_fitted_to_the_size_it_reads() -> None:
    source, target = vit(64), vit(32)
    begin(target, of(source.net))
    assert torch.equal(of(target.net)["positional_embedding"][0], of(source.net)["positional_embedding"][0])
    assert torch.equal(of(target.net)["proj"], of(source.net)["proj"])


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        ({}, "no position embeddings"),
        ({"visual.positional_embedding": torch.rand(17, 32)}, "no position embeddings of its width"),
        ({"visual.positional_embedding": torch.rand(17, 64)}, "class_embedding is not there"),
    ],
)
def test_weights_of_another_encoder_are_refused(weights: dict[str, Tensor], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        begin(vit(32), weights)


def test_fs_original_has_none() -> None:
    with pytest.raises(ModelError, match="fs_original has no published weights"):
        begin(nn.Sequential(), {})


def test_timm_s_weights_are_fetched_and_put_in_but_for_the_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    config = PhazeAConfig(enc_architecture="vgg16", enc_scaling=29)
    net, _ = tower(config)
    begin(net, fetch(config))
    assert (of(net)["net.model.features.weight"] == 0.5).all()


def test_our_efficientnets_take_timm_s(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    assert "features.weight" in fetch(PhazeAConfig(enc_architecture="efficientnet_b0"))
    fake_timm.remove(monkeypatch, ImportError("no timm"))
    with pytest.raises(SettingError, match="no timm"):
        fetch(PhazeAConfig(enc_architecture="efficientnet_v2_s"))


@pytest.mark.parametrize("name", ["clipv_farl-b-16-64", "clipv_vit-b-32"])
def test_what_nobody_fetches_comes_as_a_file(name: Any) -> None:
    with pytest.raises(SettingError, match=f"weights of {name} come as a file"):
        fetch(PhazeAConfig(enc_architecture=name))

import importlib
from typing import get_args

import pytest
import torch
from torch import nn

from omote.core.errors import SettingError
from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.timm_towers import TIMM, TimmModel, published, timm_model, timm_name
from omote.models.phaze_a.towers import EFFICIENT, OWN, VITS, tower
from tests.models.phaze_a import fake_timm


def config(architecture: Architecture, **options: object) -> PhazeAConfig:
    return PhazeAConfig.checked(
        {"enc_architecture": architecture, "enc_scaling": 50, "enc_load_weights": False, **options}
    )


with_timm = pytest.mark.skipif(not fake_timm.real_one_is_here(), reason="timm cannot be loaded here: omote[encoders]")
KERAS: dict[Architecture, int] = {
    "convnext_tiny": 27_820_128,
    "densenet121": 6_953_856,
    "mobilenet": 3_206_976,
    "mobilenet_v2": 2_223_872,
    "mobilenet_v3_large": 2_971_952,
    "nasnet_large": 84_720_150,
    "vgg16": 14_714_688,
    "xception": 20_806_952,
}


def test_every_encoder_is_ours_or_timm_s_but_one() -> None:
    assert set(get_args(Architecture)) - set(OWN) - set(TIMM) == {"nasnet_mobile"}
    assert not set(OWN) & set(TIMM)
    assert len(OWN) == 1 + len(VITS) + len(EFFICIENT)


@pytest.mark.parametrize(
    ("architecture", "options", "name"),
    [
        ("mobilenet_v2", {"mobilenet_width": 0.5}, "mobilenetv2_050"),
        ("mobilenet", {"mobilenet_width": 1.25}, "mobilenetv1_125"),
        ("mobilenet", {"mobilenet_depth": 2}, None),
        ("mobilenet_v3_large", {}, "tf_mobilenetv3_large_100"),
        ("mobilenet_v3_small", {"mobilenet_minimalistic": True}, "tf_mobilenetv3_small_minimal_100"),
        ("nasnet_mobile", {}, None),
        ("xception", {}, "legacy_xception"),
    ],
)
def test_names(architecture: Architecture, options: dict[str, object], name: str | None) -> None:
    assert timm_name(config(architecture, **options)) == name


def test_a_model_ends_at_its_map_and_says_what_colours_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    model = timm_model(config("vgg16"), OWN)
    assert model.map_of(64) == (6, 4, 4)
    assert model.training
    assert sum(parameter.numel() for parameter in model.parameters()) == 6 * 3 * 256 + 6
    assert (model.mean, model.deviation) == ((0.1, 0.2, 0.3), (0.5, 0.25, 1.0))
    assert isinstance(TimmModel("resnet50").model.pre_logits, nn.Conv2d)  # only VGG's is cut off


def test_what_timm_does_not_have_is_said_with_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    for absent in (config("nasnet_mobile"), config("mobilenet_v2", mobilenet_width=0.6)):
        with pytest.raises(SettingError, match=r"those that can be had: .*clipv_farl-b-16-64, .*resnet50, .*xception"):
            timm_model(absent, OWN)


@pytest.mark.parametrize(
    "fault", [ModuleNotFoundError("No module named 'timm'"), RuntimeError("operator torchvision::nms does not exist")]
)
def test_without_timm_the_error_lists_encoders_that_need_none(
    monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    fake_timm.remove(monkeypatch, fault)
    with pytest.raises(SettingError) as caught:
        tower(config("resnet50"))
    assert str(fault) in str(caught.value)
    assert "install omote[encoders], or take one that needs none: clipv_farl-b-16-16, " in str(caught.value)
    assert "fs_original" in str(caught.value)


def test_published_weights_come_by_timm_s_own_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    assert (published("vgg16")["features.weight"] == 0.5).all()


@with_timm
@pytest.mark.parametrize("architecture", TIMM)
def test_every_model_of_timm_s_gives_a_map(architecture: Architecture) -> None:
    with torch.device("meta"):
        net, code = tower(config(architecture))
        side = config(architecture).input_size
        assert net(torch.rand(2, 3, side, side)).shape == (2, *code)
    assert len(code) == 3
    count = sum(parameter.numel() for parameter in net.parameters())
    assert count == KERAS.get(architecture, count)


@with_timm
@pytest.mark.parametrize("architecture", EFFICIENT)
def test_our_efficientnets_have_the_names_and_shapes_of_timm_s(architecture: Architecture) -> None:
    version, size = architecture.removeprefix("efficientnet_").rpartition("_")[::2]
    name = f"tf_efficientnet{version}_{size}"
    with torch.device("meta"):
        ours, theirs = EFFICIENT[architecture](), importlib.import_module("timm").create_model(name, num_classes=0)
    assert {key: values.shape for key, values in ours.state_dict().items()} == {
        key: values.shape for key, values in theirs.state_dict().items()
    }


@with_timm
@pytest.mark.parametrize("architecture", ["efficientnet_b0", "efficientnet_v2_b0", "efficientnet_v2_b3"])
def test_our_efficientnets_compute_what_timm_s_do(architecture: Architecture) -> None:
    version, size = architecture.removeprefix("efficientnet_").rpartition("_")[::2]
    name = f"tf_efficientnet{version}_{size}"
    ours = EFFICIENT[architecture]().eval()
    theirs = importlib.import_module("timm").create_model(name, num_classes=0, global_pool="").eval()
    theirs.load_state_dict(ours.state_dict())
    for side in (64, 80):
        x = torch.rand(1, 3, side, side)
        assert torch.allclose(ours(x), theirs(x), atol=1e-6)

from typing import get_args

import pytest
import torch
from torch import nn

from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.towers import EFFICIENT, OWN, VITS, Range, Tower, tower
from tests.models.phaze_a import fake_timm


def config(architecture: str, scaling: int = 29) -> PhazeAConfig:
    return PhazeAConfig.checked({"enc_architecture": architecture, "enc_scaling": scaling, "enc_load_weights": False})


@pytest.mark.parametrize("architecture", [name for name in OWN if name != "fs_original"])
def test_every_tower_of_our_own_makes_the_code_it_says(architecture: Architecture) -> None:
    assert architecture in get_args(Architecture)
    settings = config(architecture)
    with torch.device("meta"):
        net, code = tower(settings)
        faces = torch.rand(2, 3, settings.input_size, settings.input_size)
        assert net(faces).shape == (2, *code)
    assert (len(code) == 1) == (architecture in VITS)
    assert (len(code) == 3) == (architecture in EFFICIENT)


@pytest.mark.parametrize(("scaling", "code"), [(7, (1024, 4, 4)), (13, (1024, 8, 8))])
def test_fs_original_is_fs_original(scaling: int, code: tuple[int, ...]) -> None:
    with torch.device("meta"):
        net, made = tower(config("fs_original", scaling))
        side = config("fs_original", scaling).input_size
        assert net(torch.rand(1, 3, side, side)).shape == (1, *code)
    assert made == code
    assert sum(parameter.numel() for parameter in net.parameters()) == 17_214_720


def test_a_tower_of_timm_s_is_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_timm.install(monkeypatch)
    net, code = tower(config("vgg16"))
    assert code == (6, 4, 4)
    assert net(torch.rand(2, 3, 64, 64)).shape == (2, 6, 4, 4)


def test_colours_come_as_published_weights_expect_them() -> None:
    net = Tower(nn.Identity(), Range((0.25, 0.5, 0), (0.5, 0.25, 1)))
    made = net(torch.tensor([1.0, 0.75, 0.5]).view(1, 3, 1, 1))
    assert made.flatten().tolist() == [1.5, 1.0, 0.5]
    assert not net.state_dict()  # constants are no weights

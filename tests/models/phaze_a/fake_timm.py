"""Stands for timm at the edge where we meet it: the calls that `timm_towers` makes, and one model of four names."""

import importlib
from types import SimpleNamespace

import pytest
from torch import Tensor, nn

from omote.models.phaze_a import timm_towers


class FakeModel(nn.Module):
    def __init__(self, pretrained: bool) -> None:
        super().__init__()
        self.pretrained_cfg = {"mean": (0.1, 0.2, 0.3), "std": (0.5, 0.25, 1.0)}
        self.features = nn.Conv2d(3, 6, 16, 16)
        self.pre_logits: nn.Module = nn.Conv2d(6, 99, 1)
        if pretrained:
            nn.init.constant_(self.features.weight, 0.5)
            self.head = nn.Linear(6, 1000)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.pre_logits(self.features(x))
        return made


class FakeTimm(SimpleNamespace):
    known = ("vgg16", "resnet50", "mobilenetv2_050", "tf_efficientnet_b0")

    def is_model(self, name: str) -> bool:
        return name in self.known

    def create_model(
        self, name: str, *, pretrained: bool, num_classes: int = 1000, global_pool: str = "avg"
    ) -> FakeModel:
        assert name in self.known
        assert pretrained or (num_classes == 0 and global_pool == "")
        return FakeModel(pretrained)


def real_one_is_here() -> bool:
    try:
        importlib.import_module("timm")
    except (ImportError, RuntimeError, OSError):
        return False
    return True


def install(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(timm_towers, "import_module", lambda name: FakeTimm() if name == "timm" else None)


def remove(patch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(name: str) -> None:
        raise fault

    patch.setattr(timm_towers, "import_module", fail)

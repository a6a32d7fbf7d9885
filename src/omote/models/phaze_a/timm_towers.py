"""Encoders that come with timm, the optional library of picture models (extra `encoders`)."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from omote.core.errors import SettingError
from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.config import PhazeAConfig

TIMM: Mapping[Architecture, str] = MappingProxyType(
    {
        "convnext_tiny": "convnext_tiny",
        "convnext_small": "convnext_small",
        "convnext_base": "convnext_base",
        "convnext_large": "convnext_large",
        "convnext_extra_large": "convnext_xlarge",
        "densenet121": "densenet121",
        "densenet169": "densenet169",
        "densenet201": "densenet201",
        "inception_v3": "inception_v3",
        "inception_resnet_v2": "inception_resnet_v2",
        "mobilenet": "mobilenetv1_{width}",
        "mobilenet_v2": "mobilenetv2_{width}",
        "mobilenet_v3_small": "tf_mobilenetv3_small_{minimal}{width}",
        "mobilenet_v3_large": "tf_mobilenetv3_large_{minimal}{width}",
        "nasnet_large": "nasnetalarge",
        "resnet50": "resnet50",
        "resnet50_v2": "resnetv2_50",
        "resnet101": "resnet101",
        "resnet101_v2": "resnetv2_101",
        "resnet152": "resnet152",
        "resnet152_v2": "resnetv2_152",
        "vgg16": "vgg16",
        "vgg19": "vgg19",
        "xception": "legacy_xception",
    }
)
"""What timm calls them; it has no nasnet_mobile. All have as many trainable parameters as Keras' builds but for ResNets
(there with biases that norms undo) and Inceptions (there with norms that do not scale)."""
_BEHIND = {"vgg": ("pre_logits",), "tf_mobilenetv3": ("conv_head", "norm_head", "act2")}
"""Layers that timm has between the last map and the classifier, by how names begin."""


class TimmModel(nn.Module):
    """A model of timm without its classifier: (B, 3, side, side) → the last map.

    Attributes:
        channels: of the map.
        mean, deviation: of the colours that its published weights expect.
    """

    def __init__(self, name: str) -> None:
        """Build with fresh weights what timm calls so."""
        super().__init__()
        self.model = _timm().create_model(name, pretrained=False, num_classes=0, global_pool="")
        for layer in next((layers for start, layers in _BEHIND.items() if name.startswith(start)), ()):
            setattr(self.model, layer, nn.Identity())
        facts = self.model.pretrained_cfg
        self.mean, self.deviation = tuple(facts["mean"]), tuple(facts["std"])

    def forward(self, picture_BCHW: Tensor) -> Tensor:
        """Return the map."""
        made: Tensor = self.model(picture_BCHW)
        return made

    @torch.no_grad()
    def map_of(self, side: int) -> tuple[int, ...]:
        """Return (C, H, W) of the map that pictures of this side give, by trying it."""
        self.eval()
        channels, height, width = self(torch.zeros(1, 3, side, side)).shape[1:]
        self.train()
        return channels, height, width


def timm_model(config: PhazeAConfig, own: Sequence[str]) -> TimmModel:
    """Build the encoder that the settings name.

    Args:
        config: says which.
        own: encoders that need no timm, for the error.

    Raises:
        SettingError: timm is not here or has no such model; says which there are.
    """
    timm = _timm(own)
    name = timm_name(config)
    if name is None or not timm.is_model(name):
        raise SettingError(
            f"there is no {config.enc_architecture} with these settings" + (f" (timm's {name})" if name else ""),
            "enc_architecture",
            f"those that can be had: {', '.join(sorted([*own, *TIMM]))}; MobileNets in a few widths only",
        )
    return TimmModel(name)


def timm_name(config: PhazeAConfig) -> str | None:
    """Return what timm calls the encoder; None: it has nothing like it."""
    template = TIMM.get(config.enc_architecture)
    if template is None or (config.enc_architecture == "mobilenet" and config.mobilenet_depth != 1):
        return None
    minimal = "minimal_" if config.mobilenet_minimalistic else ""
    return template.format(width=f"{round(config.mobilenet_width * 100):03d}", minimal=minimal)


def published(name: str) -> dict[str, Tensor]:
    """Have timm fetch the published weights of what it calls so.

    Raises:
        SettingError: timm is not here.
    """
    weights: dict[str, Tensor] = _timm().create_model(name, pretrained=True).state_dict()
    return weights


def _timm(own: Sequence[str] = ()) -> Any:  # noqa: ANN401 - an optional library without types
    try:
        return import_module("timm")
    except (ImportError, RuntimeError, OSError) as fault:
        # timm imports torchvision, which raises RuntimeError beside a build of torch that it was not made for.
        without = f", or take one that needs none: {', '.join(sorted(own))}" if own else ""
        raise SettingError(
            f"the library timm cannot be loaded here ({fault})", "enc_architecture", f"install omote[encoders]{without}"
        ) from fault

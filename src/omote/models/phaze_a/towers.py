"""The encoders by name, each as a tower that reads RGB of 0 to 1: of our own where there is one, else of timm's."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import torch
from torch import Tensor, nn

from omote.models.phaze_a.architectures import Architecture
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.efficientnet import V1, V2_BASE, V2_L, V2_M, V2_S, EfficientNet, Scale
from omote.models.phaze_a.fully_connected import Shape
from omote.models.phaze_a.original_encoder import halving, pooling
from omote.models.phaze_a.timm_towers import timm_model
from omote.models.phaze_a.vit import Vit, VitSize

Triple = tuple[float, float, float]


class Range(NamedTuple):
    """What published weights expect a colour to be: (colour − mean) / deviation."""

    mean: Triple
    deviation: Triple


IMAGENET = Range((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CLIP = Range((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
EVEN = Range((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))

VITS: Mapping[Architecture, VitSize] = MappingProxyType(
    {
        "clipv_farl-b-16-16": VitSize(16),
        "clipv_farl-b-16-64": VitSize(16),
        "clipv_vit-b-16": VitSize(16),
        "clipv_vit-b-32": VitSize(32),
        "clipv_vit-l-14": VitSize(14, 1024, 24, 768),
        "clipv_vit-l-14-336px": VitSize(14, 1024, 24, 768),
    }
)
EFFICIENT: Mapping[Architecture, Callable[[], EfficientNet]] = MappingProxyType(
    {
        "efficientnet_b0": partial(EfficientNet, V1, 32, 1280),
        "efficientnet_b1": partial(EfficientNet, V1, 32, 1280, Scale(1.0, 1.1)),
        "efficientnet_b2": partial(EfficientNet, V1, 32, 1280, Scale(1.1, 1.2)),
        "efficientnet_b3": partial(EfficientNet, V1, 32, 1280, Scale(1.2, 1.4)),
        "efficientnet_b4": partial(EfficientNet, V1, 32, 1280, Scale(1.4, 1.8)),
        "efficientnet_b5": partial(EfficientNet, V1, 32, 1280, Scale(1.6, 2.2)),
        "efficientnet_b6": partial(EfficientNet, V1, 32, 1280, Scale(1.8, 2.6)),
        "efficientnet_b7": partial(EfficientNet, V1, 32, 1280, Scale(2.0, 3.1)),
        "efficientnet_v2_b0": partial(EfficientNet, V2_BASE, 32, 1280),
        "efficientnet_v2_b1": partial(EfficientNet, V2_BASE, 32, 1280, Scale(1.0, 1.1, loss=1)),
        "efficientnet_v2_b2": partial(EfficientNet, V2_BASE, 32, 1280, Scale(1.1, 1.2, loss=1)),
        "efficientnet_v2_b3": partial(EfficientNet, V2_BASE, 32, 1280, Scale(1.2, 1.4, loss=1)),
        "efficientnet_v2_s": partial(EfficientNet, V2_S, 24, 1280),
        "efficientnet_v2_m": partial(EfficientNet, V2_M, 24, 1280),
        "efficientnet_v2_l": partial(EfficientNet, V2_L, 32, 1280),
    }
)
_EVEN = ("efficientnet_v2_b3", "efficientnet_v2_s", "efficientnet_v2_m", "efficientnet_v2_l")
OWN = ("fs_original", *VITS, *EFFICIENT)
"""Encoders that need no other library."""


class Tower(nn.Module):
    """A known encoder that is given colours as its published weights expect them: (B, 3, side, side) → a code."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, net: nn.Module, colours: Range) -> None:
        super().__init__()
        self.net = net
        for name, values in (("mean", colours.mean), ("deviation", colours.deviation)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    def forward(self, face_BCHW: Tensor) -> Tensor:
        """Return the code of RGB faces of 0 to 1."""
        code: Tensor = self.net((face_BCHW - self.mean) / self.deviation)
        return code


def tower(config: PhazeAConfig) -> tuple[nn.Module, Shape]:
    """Build the encoder that the settings name, with fresh weights.

    Returns:
        What turns (B, 3, side, side) RGB of 0 to 1 into a code; and the code's shape.

    Raises:
        SettingError: it cannot be had, or not at this size.
    """
    name, side = config.enc_architecture, config.input_size
    if name == "fs_original":
        build = pooling if config.fs_original_use_alt else halving
        most = config.fs_original_max_filters
        layers, made = build(config.fs_original_depth, config.fs_original_min_filters, most, side)
        return layers, (made.channels, made.side, made.side)
    if name in VITS:
        return Tower(Vit(VITS[name], side), CLIP), (VITS[name].outputs,)
    if name in EFFICIENT:
        net, small = EFFICIENT[name](), math.ceil(side / 32)
        return Tower(net, EVEN if name in _EVEN else IMAGENET), (net.channels, small, small)
    model = timm_model(config, OWN)
    return Tower(model, Range(model.mean, model.deviation)), model.map_of(side)

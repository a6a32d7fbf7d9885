"""A known encoder begins with the weights that it was published with."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from omote.core.errors import ModelError, SettingError
from omote.models.phaze_a import timm_towers
from omote.models.phaze_a.config import PhazeAConfig
from omote.models.phaze_a.timm_towers import TimmModel, timm_name
from omote.models.phaze_a.towers import Tower
from omote.models.phaze_a.vit import Vit, resized_positions
from omote.models.weights import compare

_PREFIX = "visual."
"""Before the names of CLIP's picture half in a file of both halves."""
_POSITIONS = "positional_embedding"


def begin(tower: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Give a tower its published weights.

    Args:
        tower: of `towers.tower`; is changed.
        weights: by name, as OpenAI, FaRL (whose `ln_pre.weight` may be called `visual.ln_pre.weight`) and timm have
            them. What the tower has no place for, such as a classifier, is left out. A transformer's position
            embeddings are fitted to the size that it reads.

    Raises:
        ModelError: they are of another encoder, or this one never had any published.
    """
    if not isinstance(tower, Tower):
        raise ModelError("fs_original has no published weights")
    net = tower.net.model if isinstance(tower.net, TimmModel) else tower.net
    given = dict(weights)
    if isinstance(net, Vit):
        given = _of_pictures(given)
        given[_POSITIONS] = _fitted(given.get(_POSITIONS), net.positional_embedding)
    found = compare(net, given)
    if found.missing or found.misshapen:
        raise ModelError(f"these weights are of another encoder ({found.in_short()})")
    here = net.state_dict()
    with torch.no_grad():
        for name in found.fitted:
            here[name].copy_(given[name])


def fetch(config: PhazeAConfig) -> dict[str, Tensor]:
    """Have the encoder's published weights fetched by the library that knows where they are.

    Raises:
        SettingError: that library is not here, or nobody but the user can have them (CLIP, FaRL).
    """
    name = _timm_name(config)
    if name is None:
        raise SettingError(
            f"the weights of {config.enc_architecture} come as a file",
            "enc_load_weights",
            "give the file, or begin with fresh weights: enc_load_weights=false",
        )
    return timm_towers.published(name)


def _of_pictures(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    half = {name.removeprefix(_PREFIX): values for name, values in weights.items() if name.startswith(_PREFIX)}
    return half or weights


def _fitted(given: Tensor | None, here: Tensor) -> Tensor:
    if given is None or given.dim() != 2 or given.shape[1] != here.shape[1]:
        raise ModelError("these weights are of another encoder (no position embeddings of its width)")
    return given if len(given) == len(here) else resized_positions(given, len(here))


def _timm_name(config: PhazeAConfig) -> str | None:
    name = config.enc_architecture
    if name.startswith("efficientnet_v2_"):
        return f"tf_efficientnetv2_{name.removeprefix('efficientnet_v2_')}"
    return f"tf_{name}" if name.startswith("efficientnet_") else timm_name(config)

"""The networks by name. Other packages add theirs by entry points in the group `omote.models`."""

from collections.abc import Mapping
from typing import Any, cast

from omote.core.errors import SettingError
from omote.core.registry import resolve
from omote.models.base import SwapNetwork

MODELS = {
    "dfaker": "omote.models.dfaker:Dfaker",
    "dfl-h128": "omote.models.dfl_h128:DflH128",
    "dfl-sae": "omote.models.dfl_sae:DflSae",
    "iae": "omote.models.iae:Iae",
    "lightweight": "omote.models.lightweight:Lightweight",
    "nano": "omote.models.nano:Nano",
    "original": "omote.models.original:Original",
    "unbalanced": "omote.models.unbalanced:Unbalanced",
    "villain": "omote.models.villain:Villain",
}


def build(name: str, options: Mapping[str, Any]) -> SwapNetwork:
    """Build a network with fresh weights.

    Args:
        name: which one.
        options: its own settings, by name; those left out have their defaults.

    Raises:
        SettingError: there is no such network or setting, or a value is out of range.
    """
    network = cast(type[SwapNetwork], resolve(MODELS, "omote.models", name))
    try:
        return network(network.Config.checked(options))
    except SettingError as fault:
        raise SettingError(fault.what, f"settings of the network {name}") from fault

"""The networks by name. Other packages add theirs by entry points in the group `omote.models`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from omote.core.config import Config
from omote.core.errors import SettingError
from omote.core.registry import resolve
from omote.models.base import SwapNetwork

MODELS = {
    "dfaker": "omote.models.dfaker:Dfaker",
    "dfl-h128": "omote.models.dfl_h128:DflH128",
    "dfl-sae": "omote.models.dfl_sae:DflSae",
    "dlight": "omote.models.dlight:Dlight",
    "iae": "omote.models.iae:Iae",
    "lightweight": "omote.models.lightweight:Lightweight",
    "nano": "omote.models.nano:Nano",
    "noh": "omote.models.noh:Noh",
    "original": "omote.models.original:Original",
    "phaze-a": "omote.models.phaze_a.network:PhazeA",
    "realface": "omote.models.realface:Realface",
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
    checked = settings(name, options)
    with _named(name):
        return _class(name)(checked)


def settings(name: str, options: Mapping[str, Any]) -> Config:
    """Return all settings of a network: those given, checked, and the defaults of the others.

    Raises:
        SettingError: there is no such network or setting, or a value is out of range.
    """
    network = _class(name)
    with _named(name):
        return network.Config.checked(options)


def _class(name: str) -> type[SwapNetwork]:
    return cast(type[SwapNetwork], resolve(MODELS, "omote.models", name))


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which network a setting is that is refused."""
    try:
        yield
    except SettingError as fault:
        raise SettingError(fault.what, fault.where or f"settings of the network {name}", fault.do) from fault

"""Presets: settings of a network that go well together, by name; each is a file `presets/<network>/<preset>.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from omote.core.config import laid_over
from omote.core.errors import SettingError


def preset_names(network: str) -> list[str]:
    """Return the presets of a network in alphabetical order; none where it has none, or is not known."""
    return sorted(_files(network))


def preset(network: str, name: str) -> dict[str, Any]:
    """Read a preset: settings of the network, by name.

    Raises:
        SettingError: there is no such preset; the error lists those there are.
    """
    known = _files(network)
    if name not in known:
        do = f"known: {', '.join(sorted(known))}" if known else "it has none"
        raise SettingError(f"unknown preset {name!r} of {network}", do=do)
    return tomllib.loads(known[name].read_text("utf-8"))


def with_preset(network: str, name: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a network's settings: those of a preset, where one is named, with the given ones laid over them.

    Raises:
        SettingError: there is no such preset.
    """
    return laid_over({} if name is None else preset(network, name), options)


def _files(network: str) -> dict[str, Traversable]:
    folders = files("omote.models").joinpath("presets")
    # By the names that are there, so that no given name can lead out of the folder.
    of_network = [folder for folder in folders.iterdir() if folder.name == network] if folders.is_dir() else []
    return {
        file.name.removesuffix(".toml"): file
        for folder in of_network
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }

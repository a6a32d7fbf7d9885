"""Plugins by name. A table is a plain dict of `name: "module:Class"`; nothing is imported until a name is asked for.

Other packages add names by an entry point in the group that belongs to the table.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from omote.core.errors import SettingError


def known(table: Mapping[str, str], group: str) -> dict[str, str]:
    """Return all names of a table, those of other packages included, with where each is defined."""
    return dict(table) | {point.name: point.value for point in entry_points(group=group)}


def resolve(table: Mapping[str, str], group: str, name: str) -> Any:  # noqa: ANN401 - any class may be registered
    """Import what `name` stands for.

    Args:
        table: our own plugins, `name: "module:Class"`.
        group: the entry-point group by which other packages add to the table, such as `omote.models`.
        name: which one.

    Raises:
        SettingError: there is no such name; the error lists those there are.
    """
    names = known(table, group)
    if name not in names:
        raise SettingError(
            f"unknown {group.removeprefix('omote.').removesuffix('s')} {name!r}",
            do=f"known: {', '.join(sorted(names))}",
        )
    module, _, attribute = names[name].partition(":")
    return getattr(import_module(module), attribute)

"""A translation of settings while it is made: what is set, and a line for every option that was given."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from omote.core.config import Config, place
from omote.training.foreign.faceswap_ini import Value

_CLEAR = 1e-6  # distance kept from an end that is not itself in the range; faceswap's finest step


class Line(NamedTuple):
    """An option with its value, and what it is here or why it is not."""

    option: str
    here: str


@dataclass(eq=False)
class Draft:
    """What is known so far. Lines are made of options that the user gave, not of defaults.

    Attributes:
        options: the other tool's options by name.
        given: names of those that the user gave.
        config: whose settings are made.
        under: what stands before their names where they are told.
        settings: made so far.
        taken: what was taken over.
        said: what was not, or is not the same here.
    """

    options: Mapping[str, Value]
    given: frozenset[str]
    config: type[Config]
    under: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    taken: list[Line] = field(default_factory=list)
    said: list[Line] = field(default_factory=list)

    def take(self, option: str, setting: str, value: Value) -> None:
        """Set what an option is here, or what comes nearest to it."""
        nearest, why = fitted(value, rule(self.config, setting))
        if nearest is not None:
            place(self.settings, setting, nearest)
            self.tell(option, f"{self.under}{setting} = {shown(nearest)}")
        if why:
            self.say(option, why)

    def tell(self, option: str, here: str) -> None:
        """Note what an option is here."""
        self._note(self.taken, option, here)

    def say(self, option: str, why: str) -> None:
        """Note why an option is not here, or what else there is to know of it."""
        self._note(self.said, option, why)

    def _note(self, lines: list[Line], option: str, here: str) -> None:
        if option in self.given:
            lines.append(Line(f"{option} = {shown(self.options[option])}", here))


def rule(config: type[Config], setting: str) -> FieldInfo:
    """Return the field of a dotted setting."""
    *outer, last = setting.split(".")
    for part in outer:
        inner = config.model_fields[part].annotation
        assert isinstance(inner, type) and issubclass(inner, Config), f"{part} holds no settings"
        config = inner
    return config.model_fields[last]


def fitted(value: Value, rule: FieldInfo) -> tuple[Value | None, str]:
    """Return the nearest value that a field allows, None where there is none, and what was wrong with the given one."""
    if get_origin(rule.annotation) is Literal and value not in get_args(rule.annotation):
        return None, f"there is none such here, but {', '.join(map(str, get_args(rule.annotation)))}"
    if isinstance(value, str | bool):
        return value, ""
    nearest = _moved(value, rule)
    return nearest, "" if nearest == value else f"moved to {shown(nearest)}, the end of the range here"


def shown(value: Value) -> str:
    """Write a value as people read it, on one line."""
    if isinstance(value, float):
        return f"{value:g}"
    return "".join(letter if letter.isprintable() else " " for letter in str(value))


def _moved(number: float, rule: FieldInfo) -> float:
    least, most = -math.inf, math.inf
    for bound in rule.metadata:
        least = max(least, getattr(bound, "ge", least), getattr(bound, "gt", -math.inf) + _CLEAR)
        most = min(most, getattr(bound, "le", most), getattr(bound, "lt", math.inf) - _CLEAR)
    return min(max(number, least), most)

"""Settings: default, range and help stand once, in the field. Read from flags, `--set a.b=c` and TOML."""

import copy
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from omote.core.errors import SettingError


class Config(BaseModel):
    """Base of all settings: frozen, and unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _part_by_part(cls, values: Any) -> Any:  # noqa: ANN401 - whatever was given
        """Lay inner settings that are given in part over this class's default for them, not over their own class's."""
        if not isinstance(values, Mapping):
            return values
        whole = dict(values)
        for name, field in cls.model_fields.items():
            if isinstance(field.default, Config) and isinstance(whole.get(name), Mapping):
                whole[name] = laid_over(field.default.model_dump(exclude_unset=True), whole[name])
        return whole

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain values.

        Raises:
            SettingError: a name is unknown or a value out of range; says which, what was given and what is allowed.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as fault:
            raise SettingError("; ".join(_sentence(cls, error) for error in fault.errors())) from fault

    @classmethod
    def with_pairs(cls, values: Mapping[str, Any], pairs: Sequence[str]) -> Self:
        """Build from plain values with `a.b=c` settings laid over them, each read as TOML, or as text where it is none.

        Raises:
            SettingError: a pair has no `=`, or the result is not valid.
        """
        tree: dict[str, Any] = copy.deepcopy(dict(values))
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals:
                raise SettingError(f"{pair!r} is not of the form name=value")
            place(tree, name.strip(), _value(text.strip()))
        return cls.checked(tree)

    def to_toml(self) -> str:
        """Write all settings as TOML; those that are None are left out, since TOML has no word for it."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def place(tree: dict[str, Any], name: str, value: object) -> None:
    """Put a value into a tree under a dotted name.

    Raises:
        SettingError: a part of the name before the last is a value and not a group of settings.
    """
    *path, last = name.split(".")
    for key in path:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise SettingError(f"{key} is a group of settings, not {tree!r}")
    tree[last] = value


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree of values with another's laid over it, name by name."""
    both = dict(below)
    for name, value in above.items():
        inner = both.get(name)
        both[name] = laid_over(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return both


def _value(text: str) -> Any:  # noqa: ANN401 - TOML has many types
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _sentence(cls: type[BaseModel], error: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"unknown setting {name}; known: {', '.join(_names(cls, error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{name} is missing"
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{name} {message}, not {error['input']!r}" if name else message  # without: it is about several settings


def _names(cls: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    for part in path:
        inner = cls.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        cls = inner
    return sorted(cls.model_fields)

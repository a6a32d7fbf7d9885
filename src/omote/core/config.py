"""Settings: default, range and help stand once, in the field. Read from flags, `--set a.b=c` and TOML."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from omote.core.errors import SettingError


class Config(BaseModel):
    """Base of all settings: frozen, and unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

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

    def changed(self, pairs: Sequence[str]) -> Self:
        """Return a copy with `a.b=c` settings applied; the values are read as TOML, and as text where they are none.

        Raises:
            SettingError: a pair has no `=`, or the result is not valid.
        """
        values = self.model_dump()
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals:
                raise SettingError(f"{pair!r} is not of the form name=value")
            *path, last = name.strip().split(".")
            at = values
            for key in path:
                at = at.setdefault(key, {})
                if not isinstance(at, dict):
                    raise SettingError(f"{name} is not a setting")
            at[last] = _value(text.strip())
        return type(self).checked(values)

    def to_toml(self) -> str:
        """Write all settings as TOML; those that are None are left out, since TOML has no word for it."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read settings written by `to_toml` or by hand.

        Raises:
            SettingError: the file is not there, is not TOML, or has a setting that is unknown or out of range.
        """
        try:
            return cls.checked(tomllib.loads(path.read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingError(f"cannot read the settings ({fault})", path) from fault
        except SettingError as fault:
            raise SettingError(fault.what, path) from fault


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
    return f"{name} {message}, not {error['input']!r}"


def _names(cls: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    for part in path:
        inner = cls.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        cls = inner
    return sorted(cls.model_fields)

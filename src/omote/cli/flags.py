"""From settings to flags and back."""

import inspect
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from omote.cli.commands import Command
from omote.core.config import Config, place
from omote.core.errors import SettingError

Values = dict[str, Any]

_COMMON: dict[str, Any] = {
    "settings": Annotated[
        list[str] | None, Parameter("--set", help="any setting, as name=value; may be repeated", negative=())
    ],
    "file": Annotated[Path | None, Parameter("--config", help="settings of this command in a TOML file")],
    "json": Annotated[bool, Parameter("--json", help="print the report as one JSON object", negative=())],
    "debug": Annotated[bool, Parameter("--debug", help="show the traceback of an error", negative=())],
}


def signature(command: Command) -> inspect.Signature:
    """Return what cyclopts is to parse: the command's flags, then those that every command has."""
    parameters = [_parameter(field, names, _field(command.config, field)) for field, names in command.flags.items()]
    for name, annotation in _COMMON.items():
        default = False if name in ("json", "debug") else None
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )
    return inspect.Signature(parameters)


def with_signature(function: Callable[..., Any], shape: inspect.Signature, help_text: str) -> Callable[..., Any]:
    """Give a function that takes anything the signature and help that cyclopts reads."""
    function.__signature__ = shape  # type: ignore[attr-defined]
    function.__annotations__ = {name: parameter.annotation for name, parameter in shape.parameters.items()}
    function.__doc__ = help_text
    return function


def gathered(command: Command, values: Mapping[str, Any]) -> Config:
    """Return a command's settings: from the file, then flags over them, then `--set` over those.

    Raises:
        SettingError: the file cannot be read, or a name is unknown or a value out of range.
    """
    tree = _file(values["file"]) if values["file"] else {}
    for field in command.flags:
        value = values.get(_argument(field))
        if value is not None:
            place(tree, field, value)
    return command.config.with_pairs(tree, values["settings"] or [])


def settings_help(config: type[BaseModel], skip: set[str]) -> list[tuple[str, str, str]]:
    """List the settings that are no flags: name, default and help."""
    rows: list[tuple[str, str, str]] = []
    for name, field in config.model_fields.items():
        default = field.get_default(call_default_factory=True)
        rows += _rows(name, default, field) if name not in skip else []
    return [row for row in rows if row[0] not in skip]


def _rows(name: str, default: object, field: FieldInfo) -> list[tuple[str, str, str]]:
    if not isinstance(default, BaseModel):
        return [(name, _shown(default), field.description or "")]
    inner = type(default).model_fields.items()
    return [row for part, field in inner for row in _rows(f"{name}.{part}", getattr(default, part), field)]


def _shown(default: object) -> str:
    match default:
        case float():
            return f"{default:g}"
        case list():
            return " ".join(map(str, default))
        case _:
            return str(default)


def _parameter(name: str, names: tuple[str, ...], field: FieldInfo) -> inspect.Parameter:
    positional = not names[0].startswith("-")
    required = field.is_required()
    default = inspect.Parameter.empty if required else None
    usual = None if required else field.get_default(call_default_factory=True)
    shown = False if usual in (None, False, []) else _shown(usual)
    kind: Any = field.annotation if required else field.annotation | None  # type: ignore[operator]
    how = Parameter(
        name=None if positional else list(names),
        help=(field.description or "") + (f" [default: {shown}]" if shown else ""),
        show_default=False,
        negative=None if usual is True else (),  # what is on by default can be turned off
    )
    where = inspect.Parameter.POSITIONAL_ONLY if positional else inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(_argument(name), where, default=default, annotation=Annotated[kind, how])


def _field(config: type[BaseModel], path: str) -> FieldInfo:
    *outer, last = path.split(".")
    for part in outer:
        config = config.model_fields[part].annotation  # type: ignore[assignment]
    return config.model_fields[last]


def _argument(field: str) -> str:
    return field.replace(".", "__")


def _file(path: Path) -> Values:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingError(f"cannot read the settings ({fault})", path) from fault

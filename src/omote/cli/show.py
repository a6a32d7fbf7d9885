"""Reports for people."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from omote.stages.context import Report

_Values = dict[str, Any]

_MOST = 40  # things of one line; the rest is counted


def show(report: Report, console: Console) -> None:
    """Print a report as a table of names and values, its parts below it; like things are rows of one table."""
    _show(report.shown(), console, report.most_rows)


def _show(values: _Values, console: Console, most: int, title: Text | None = None) -> None:
    table = Table(title=title, show_header=False, box=None, title_justify="left")
    parts = {name: value for name, value in values.items() if _is_part(value)}
    for name, value in values.items():
        if name not in parts:
            table.add_row(_words(name), Text(_text(value)))
    if table.row_count:
        console.print(table)
    for name, part in parts.items():
        _show_part(part, console, most, _words(name))


def _show_part(part: Any, console: Console, most: int, title: Text) -> None:  # noqa: ANN401 - what `_is_part` says
    like = part if isinstance(part, list) else _named(part)
    if like and not any(_is_part(value) for one in like for value in one.values()):
        _columns(like, console, most, title)
        return
    for one in part if isinstance(part, list) else [part]:
        _show(one, console, most, title)


def _named(part: _Values) -> list[_Values]:
    """Return the parts of a part as rows that begin with their name, where all of it is parts."""
    return (
        [{"": name, **one} for name, one in part.items()] if all(isinstance(one, dict) for one in part.values()) else []
    )


def _columns(rows: list[_Values], console: Console, most: int, title: Text) -> None:
    table = Table(title=title, box=None, title_justify="left", header_style="")
    for name in rows[0]:
        table.add_column(_words(name), overflow="fold")
    for row in rows[:most]:
        table.add_row(*(Text(_text(value)) for value in row.values()))
    console.print(table)
    if len(rows) > most:
        console.print(_rest(rows, most), highlight=False)


def _is_part(value: object) -> bool:
    match value:
        case dict():
            return bool(value)
        case list():
            return bool(value) and all(isinstance(one, dict) for one in value)
        case _:
            return False


def _rest(things: Sequence[object], shown: int) -> str:
    return f"… and {len(things) - shown:,} more: --json has all"


def _words(name: str) -> Text:
    return Text(name.replace("_", " "))


def _text(value: object) -> str:
    match value:
        case None:
            return "-"
        case dict() | list() | tuple() if not value:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case list() | tuple():
            return ", ".join(map(_text, value[:_MOST])) + (f" {_rest(value, _MOST)}" if len(value) > _MOST else "")
        case _:
            return str(value)

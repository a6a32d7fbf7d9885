"""Reports for people."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from omote.stages.context import Report


def show(report: Report, console: Console) -> None:
    """Print a report as a table of names and values, its parts below it."""
    _show(report.model_dump(), console, "")


def _show(values: dict[str, Any], console: Console, title: str) -> None:
    table = Table(title=title or None, show_header=False, box=None, title_justify="left")
    parts = {name: value for name, value in values.items() if isinstance(value, dict)}
    for name, value in values.items():
        if name not in parts:
            table.add_row(name.replace("_", " "), _text(value))
    console.print(table)
    for name, part in parts.items():
        _show(part, console, name.replace("_", " "))


def _text(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4g}"
        case Path():
            return str(value)
        case _:
            return str(value)

"""One HTML page that needs no other file: tables, pictures and links."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse } td, th { padding: .25rem .9rem .25rem 0; text-align: left }
td + td { font-variant-numeric: tabular-nums }
figure { margin: 1rem 0 } img { max-width: 100%; height: auto; border-radius: 4px } figcaption { opacity: .75 }
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a heading."""

    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words and figures under a line of titles."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A JPEG picture, put into the page itself, with what it shows."""

    jpeg: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class Link:
    """A file beside the page."""

    href: str
    text: str


Part = Text | Table | Figure | Link


def page(title: str, parts: Sequence[Part]) -> str:
    """Return a whole HTML document."""
    body = "\n".join(_markup(part) for part in parts)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>\n'
        f"<h1>{html.escape(title)}</h1>\n{body}\n</html>\n"
    )


def _markup(part: Part) -> str:
    match part:
        case Text(text, heading):
            tag = "h2" if heading else "p"
            return f"<{tag}>{html.escape(text)}</{tag}>"
        case Table(titles, rows):
            lines = [_row("th", titles), *(_row("td", row) for row in rows)]
            return f"<table>{''.join(lines)}</table>"
        case Figure(jpeg, caption):
            data, note = base64.b64encode(jpeg).decode(), html.escape(caption)
            picture = f'<img alt="{note}" src="data:image/jpeg;base64,{data}">'
            return f"<figure>{picture}<figcaption>{note}</figcaption></figure>"
        case Link(href, text):
            return f'<p><a href="{html.escape(href)}">{html.escape(text)}</a></p>'


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"

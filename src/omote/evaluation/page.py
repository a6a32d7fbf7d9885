"""One HTML page that needs no other file: words, tables, pictures, maps and links."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse } td, th { padding: .25rem .7rem .25rem 0; text-align: left }
td + td { font-variant-numeric: tabular-nums }
figure { margin: 1rem 0 } img { max-width: 100%; height: auto; border-radius: 4px } figcaption { opacity: .75 }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .6rem .9rem; border: 1px solid; border-radius: 4px }
.gallery { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0 }
.gallery figure { margin: 0; width: 7.5rem; font-size: .8rem; overflow-wrap: anywhere }
.gallery img { width: 100% } li { margin: .4rem 0 }
.map { border-collapse: separate; border-spacing: 2px }
.map td { padding: 2px; text-align: center; font-size: .75rem; line-height: 1.2; min-width: 4rem; border-radius: 4px }
.columns { display: flex; flex-wrap: wrap; gap: 0 2rem } .columns > div { flex: 1 1 20rem; min-width: 0 }
.map th { padding: .2rem .5rem; font-size: .8rem; font-weight: normal; text-align: center } .map img { width: 4rem }
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


@dataclass(frozen=True, slots=True)
class Code:
    """Words to be copied as they are, such as a command."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """A numbered list: what to do, in this order."""

    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small pictures side by side."""

    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a map: words, how strongly it is coloured (0 to 1), and a JPEG picture if there is one."""

    text: str = ""
    strength: float = 0.0
    jpeg: bytes | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """Cells under a line of titles; each row begins with its own title."""

    titles: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts of a page beside each other, below each other where there is no room."""

    columns: Sequence[Sequence["Part"]]


Part = Text | Code | Table | Figure | Link | Steps | Gallery | Map | Columns


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
        case Code(text):
            return f"<pre>{html.escape(text)}</pre>"
        case Table(titles, rows):
            lines = [_row("th", titles), *(_row("td", row) for row in rows)]
            return f"<table>{''.join(lines)}</table>"
        case Figure():
            return _figure(part)
        case Steps(texts):
            return f"<ol>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ol>"
        case Gallery(figures):
            return f'<div class="gallery">{"".join(map(_figure, figures))}</div>'
        case Columns(columns):
            beside = ("\n".join(map(_markup, column)) for column in columns)
            return f'<div class="columns">{"".join(f"<div>{column}</div>" for column in beside)}</div>'
        case Map(titles, rows):
            lines = [_row("th", ("", *titles)), *(_map_row(title, cells) for title, cells in rows)]
            return f'<table class="map">{"".join(lines)}</table>'
        case Link(href, text):
            return f'<p><a href="{html.escape(href)}">{html.escape(text)}</a></p>'


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _figure(figure: Figure) -> str:
    note = html.escape(figure.caption)
    return f"<figure>{_picture(figure.jpeg, note)}<figcaption>{note}</figcaption></figure>"


def _picture(jpeg: bytes, note: str) -> str:
    return f'<img alt="{note}" src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}">'


def _map_row(title: str, cells: Sequence[Cell]) -> str:
    return f"<tr><th>{html.escape(title)}</th>{''.join(map(_cell, cells))}</tr>"


def _cell(cell: Cell) -> str:
    note = html.escape(cell.text)
    picture = "" if cell.jpeg is None else _picture(cell.jpeg, note) + "<br>"
    return f'<td style="background: rgb(46 139 87 / {cell.strength:.2f})">{picture}{note}</td>'

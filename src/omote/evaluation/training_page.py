"""The page that tells how a run went: advice, curves, the last preview and all settings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omote.core.config import Config
from omote.evaluation.page import Figure, Part, Table, Text, page
from omote.imaging.pictures import decode, encode_jpeg
from omote.training.config import LearnConfig
from omote.training.history import Row

_UNKNOWN = "not measured"
_QUALITY = 95  # of the curves, whose thin lines JPEG would fray


@dataclass(frozen=True, slots=True)
class Told:
    """What the page tells.

    Attributes:
        model: what it is called.
        settings: of the run.
        rows: of its history, the oldest first.
        faces_a: of A, that are learnt from.
        faces_b: of B.
        advice: what to do, if anything.
        curves: of the rows, as PNG, if there are any.
        preview: the last preview sheet as JPEG, if there is one.
    """

    model: str
    settings: LearnConfig
    rows: Sequence[Row]
    faces_a: int
    faces_b: int
    advice: str | None = None
    curves: bytes | None = None
    preview: bytes | None = None


def training_page(told: Told) -> str:
    """Return the whole page as HTML that needs no other file."""
    parts: list[Part] = [Text(_stand(told)), Text("What to do", heading=True), Text(told.advice or "Nothing: go on.")]
    parts += [Text("In short", heading=True), Table(("", "A", "B"), _short(told))]
    parts += _drawn(told.curves)
    if told.preview is not None:
        caption = "Each face beside what the network makes of it: A > B is A's face as B, the swap."
        parts += [Text("Last preview", heading=True), Figure(told.preview, caption)]
    parts += [Text("Settings", heading=True), _settings(told.settings)]
    return page(f"Training of {told.model}", parts)


def _stand(told: Told) -> str:
    if not told.rows:
        return f"The network {told.settings.network}, not trained yet."
    last = told.rows[-1]
    hours = None if last.seconds is None else last.seconds / 3600
    spent = "" if hours is None else f" in {hours:.1f} hours" if hours >= 1 else f" in {hours * 60:.1f} minutes"
    phase = f", now in the phase {last.phase}" if last.phase else ""
    return f"The network {told.settings.network}, trained for {last.iteration:,} iterations{spent}{phase}."


def _short(told: Told) -> list[tuple[str, str, str]]:
    rows = told.rows
    return [
        ("faces learnt from", f"{told.faces_a:,}", f"{told.faces_b:,}"),
        ("loss of learnt faces", _latest(rows, "loss_a"), _latest(rows, "loss_b")),
        ("loss of held-out faces, 0 is best", _latest(rows, "held_loss_a"), _latest(rows, "held_loss_b")),
        ("SSIM of held-out faces, 1 is best", _latest(rows, "held_ssim_a"), _latest(rows, "held_ssim_b")),
        ("best SSIM so far", _best(rows, "held_ssim_a"), _best(rows, "held_ssim_b")),
    ]


def _latest(rows: Sequence[Row], name: str) -> str:
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return f"{known[-1]:.4f}" if known else _UNKNOWN


def _best(rows: Sequence[Row], name: str) -> str:
    known = [(value, row.iteration) for row in rows if (value := getattr(row, name)) is not None]
    return "{:.4f} at {:,}".format(*max(known)) if known else _UNKNOWN


def _drawn(curves: bytes | None) -> list[Part]:
    picture = decode(curves) if curves is not None else None
    if picture is None:
        return []
    caption = "Every shaded or white band is a phase. Pale lines are what was measured, strong ones are smoothed."
    return [Text("How it went", heading=True), Figure(encode_jpeg(picture, _QUALITY), caption)]


def _settings(settings: LearnConfig) -> Table:
    usual = {name: value for name, value, _ in _flat(LearnConfig())}
    rows = [
        (name, _words(value), "" if value == usual.get(name, value) else _words(usual[name]), meaning)
        for name, value, meaning in _flat(settings)
    ]
    return Table(("setting", "value", "usually", "what it is"), rows)


def _flat(settings: Config, above: str = "") -> Iterator[tuple[str, Any, str]]:
    """Yield name, value and meaning of every setting, those of groups by their dotted names."""
    for name, field in type(settings).model_fields.items():
        value, whole = getattr(settings, name), above + name
        if isinstance(value, Config):
            yield from _flat(value, f"{whole}.")
        elif isinstance(value, tuple) and all(isinstance(one, Config) for one in value):
            for number, one in enumerate(value, 1):
                yield from _flat(one, f"{whole}.{number}.")
        else:
            yield whole, value, field.description or ""


def _words(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{name} {_words(one)}" for name, one in value.items()) or "none"
        case list():
            return ", ".join(map(_words, value)) or "none"
        case float():
            return f"{value:.6g}"
        case _:
            return str(value)

"""The page of a comparison: on top which choice to take, below it why, and how all of them look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from omote.core.types import Picture
from omote.evaluation.compare_charts import Curve, face_sheet, learning_chart, standing_chart
from omote.evaluation.page import Code, Figure, Link, Part, Steps, Table, Text, page
from omote.evaluation.ranking import Standing, effects
from omote.evaluation.verdict import Verdict
from omote.imaging.pictures import decode, encode_jpeg
from omote.training.history import Row

_QUALITY = 95  # of charts, whose thin lines JPEG would fray
_FIRM = "\N{NO-BREAK SPACE}"
_MORE_OR_LESS = "\N{PLUS-MINUS SIGN}"
_SHEET = 10  # choices of which faces are shown


@dataclass(frozen=True, slots=True)
class Made:
    """One training of a choice.

    Attributes:
        seed: of its chance.
        figures: besides the score, by name.
        lower: names of those that are better when they are lower.
        iterations: that it took.
        seconds: of steps.
        parameters: of the network.
        history: how it went.
    """

    seed: int
    figures: Mapping[str, float]
    lower: Sequence[str]
    iterations: int
    seconds: float
    parameters: int
    history: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice.

    Attributes:
        name: what it is called.
        words: its settings in words, by their names, of those that several values are tried of.
        made: its trainings.
        faces: what it made, to be looked at, of one of them.
    """

    name: str
    words: Mapping[str, str]
    made: Sequence[Made]
    faces: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page tells.

    Attributes:
        verdict: which to take.
        standings: of the choices that have a score, the best first.
        choices: all that were taken up.
        measure: what the scores are.
        cannot_tell: what they say nothing about, in a sentence or two.
        what: what was compared, on which faces and how long, in a sentence or two.
        advice: lines on what to do about it, or what to doubt.
        troubles: a line for each training that had no result or was ended early.
        references: lines of faces that stand above those of the choices, with what they are.
        recipe: name of the file beside the page with the settings to take; None while there are none.
        command: that trains with them.
        model: what was trained with them already, the best of its seeds.
        is_grid: whether all values were tried with all.
    """

    verdict: Verdict
    standings: Sequence[Standing]
    choices: Sequence[Chosen]
    measure: str
    cannot_tell: str
    what: str
    advice: Sequence[str]
    troubles: Sequence[str]
    references: Sequence[tuple[str, Sequence[Picture]]]
    recipe: str | None
    command: str | None
    model: str | None
    is_grid: bool


def compare_page(told: Comparison) -> str:
    """Return the whole page as HTML that needs no other file but the settings that it links to."""
    parts: list[Part] = [Text(told.verdict.reason), *map(Text, told.advice)]
    if told.standings:
        parts += [_figure(standing_chart(told.standings, told.measure), _legend(told.standings)), *_taking(told)]
        parts += [Text("The same faces of all", heading=True), *_faces(told)]
        parts += [
            Text("All figures", heading=True),
            Table(*_table(told)),
            Text(f"* the best of its column. {told.cannot_tell}"),
        ]
    parts += [*_effects(told), *_learning(told)]
    if told.troubles:
        parts += [Text("Trainings without a result", heading=True), Steps(told.troubles)]
    parts += [Text("What was compared", heading=True), Text(told.what)]
    return page(told.verdict.headline, parts)


def _figure(png: bytes, caption: str) -> Figure:
    picture = decode(png)
    assert picture is not None
    return Figure(encode_jpeg(picture, _QUALITY), caption)


def _legend(standings: Sequence[Standing]) -> str:
    strokes = "A stroke is one seed, the dot is their mean"
    if standings[0].low is None:
        return f"{strokes}."
    return f"{strokes}, the bar its 95 % bounds. Grey: worse than the best by more than chance."


def _taking(told: Comparison) -> Iterator[Part]:
    if told.command is not None and told.recipe is not None:
        yield Text("Take it", heading=True)
        yield Code(told.command)
        yield Link(told.recipe, f"{told.recipe}: all its settings")
        yield Text(f"What was trained with them here: {told.model}")


def _faces(told: Comparison) -> Iterator[Part]:
    ranked = [each.name for each in told.standings]
    by_name = {each.name: each for each in told.choices}
    rows = [(f"{rank}  {name}", by_name[name].faces) for rank, name in enumerate(ranked[:_SHEET], 1)]
    rows = [*told.references, *((name, faces) for name, faces in rows if faces)]
    if any(faces for _, faces in rows):
        yield _figure(face_sheet(rows), "Each column is one picture; of each choice the training with the first seed.")


def _table(told: Comparison) -> tuple[list[str], list[list[str]]]:
    """Return titles and lines; of seeds, iterations and parameters only what differs."""
    by_name = {each.name: each for each in told.choices}
    made = [by_name[each.name].made for each in told.standings]
    names = [f"{rank} {each.name}".replace(" ", _FIRM) for rank, each in enumerate(told.standings, 1)]
    columns = {
        "": names,
        told.measure: [f"{each.mean:.4f}" for each in told.standings],
        "95 % bounds": [_bounds(each) for each in told.standings],
        "behind": [_behind(each, rank) for rank, each in enumerate(told.standings, 1)],
        **_figures(made),
        "it/s": [f"{mean(one.iterations / max(one.seconds, 1e-9) for one in each):.3g}" for each in made],
    }
    others = {
        "seeds": [f"{len(each)}" for each in made],
        "iterations": [f"{mean(one.iterations for one in each):,.0f}" for each in made],
        "weights": [f"{each[0].parameters / 1e6:.3g}{_FIRM}M" for each in made],
    }
    columns |= {title: cells for title, cells in others.items() if len(set(cells)) > 1}
    return list(columns), [list(row) for row in zip(*columns.values(), strict=True)]


def _figures(made: Sequence[Sequence[Made]]) -> dict[str, list[str]]:
    """Return a column for each figure, its best marked."""
    found = {}
    for name in dict.fromkeys(name for each in made for one in each for name in one.figures):
        values = [mean(known) if (known := [one.figures[name] for one in each if name in one.figures]) else None
                  for each in made]  # fmt: skip
        is_lower = any(name in one.lower for each in made for one in each)
        best = (min if is_lower else max)(value for value in values if value is not None)
        found[name] = ["-" if value is None else f"{value:.3g}{'*' * (value == best)}" for value in values]
    return found


def _bounds(standing: Standing) -> str:
    return "-" if standing.high is None else f"{_MORE_OR_LESS}{standing.high - standing.mean:.4f}"


def _behind(standing: Standing, rank: int) -> str:
    if rank == 1:
        return "best"
    how = "" if standing.margin is None else " worse" if standing.is_told_apart else " as good"
    return f"{standing.behind:.4f}{how}".replace(" ", _FIRM)


def _effects(told: Comparison) -> Iterator[Part]:
    if not told.is_grid or len(told.standings) < len(told.choices):
        return  # the values of one setting would stand beside other values of the others
    found = effects({each.name: each.words for each in told.choices}, told.standings)
    if len(found) < 2:
        return
    rows = [
        (name, value, f"{score:.4f}", f"{score - max(values.values()):+.4f}")
        for name, values in found.items()
        for value, score in sorted(values.items(), key=lambda item: -item[1])
    ]
    yield Text("What each setting is worth by itself", heading=True)
    yield Table(("setting", "value", f"mean {told.measure}", "to its best"), rows)
    yield Text("Means over all values of the other settings; what two settings do only together does not show here.")


def _learning(told: Comparison) -> Iterator[Part]:
    by_name = {each.name: each for each in told.choices}
    curves = [Curve(each.name, [made.history for made in by_name[each.name].made]) for each in told.standings]
    chart = learning_chart(curves)
    if chart is not None:
        yield Text("How they learnt", heading=True)
        note = "Of held-out faces, at the size that each network makes: networks of unlike sizes are not compared here."
        yield _figure(chart, f"{note} A line for each seed.")

"""The page that tells of a faceset, for people who never read a paper."""

from collections.abc import Sequence

import numpy as np

from omote.core.errors import MediaError
from omote.core.types import Floats
from omote.curation.coverage import BIN, SITUATIONS, pose_map, tallies
from omote.curation.findings import FEWEST, MOST, MOST_BLURRED, SMALL, Faceset, Findings, faces, percent
from omote.evaluation.page import Cell, Figure, Gallery, Map, Part, Steps, Table, Text, page
from omote.imaging.geometry import resize
from omote.imaging.pictures import encode_jpeg

_THUMB, _QUALITY = 96, 80
_SHOWN = 12  # pictures of a gallery
_PEOPLE = 6


def faceset_page(findings: Findings) -> str:
    """Return the whole page; it has samples of the pictures only, however many there are.

    Raises:
        MediaError: no picture can be read.
    """
    b, a = findings.b, findings.a
    title = f"The faces in {b.name}" + ("" if a is None else f", for footage like {a.name}")
    parts: list[Part] = [] if a is None else [Text(_who(a, b))]
    parts += [Text("What to do, what helps most first", heading=True), Steps([one.text for one in findings.advice])]
    parts += [Text("In short", heading=True), Table(("", "found", "wanted"), _short(findings))]
    if a is not None:
        parts += _lacking(findings, a)
    parts += _poses("B" if a else "these faces", b)
    if a is not None:
        parts += _poses("A", a)
    parts += _shown(b, a) + _light(b, a) + _doubts(findings)
    return page(title, parts)


def _who(a: Faceset, b: Faceset) -> str:
    return (
        f"B is {b.name}, {faces(len(b.faces))}: the person whose face will be put there. A is {a.name}, "
        f"{faces(len(a.faces))}: the person in the footage. Whatever A does, B should be seen doing."
    )


def _short(findings: Findings) -> list[tuple[str, str, str]]:
    b = findings.b
    strange = "not asked" if findings.strangers is None else f"{sum(map(len, findings.strangers)):,}"
    return [
        ("faces", f"{len(b.faces):,}", f"{FEWEST:,} to {MOST:,}"),
        ("blurred", percent(b.blurred), f"at most {percent(MOST_BLURRED)}"),
        (f"head under {SMALL} pixels in the footage", percent(b.small), "few"),
        ("usual height of the head there", f"{np.median(b.seen.size):.0f} pixels", "the more the better"),
        ("perhaps someone else", strange, "none"),
        ("points that do not sit", f"{len(b.misplaced):,}", "none"),
        ("there twice", f"{len(findings.duplicates):,}", "none"),
    ]


def _lacking(findings: Findings, a: Faceset) -> list[Part]:
    heading = Text("What B lacks that A needs", heading=True)
    if not findings.lacks:
        return [heading, Text("Nothing: B was seen in all that A often does.")]
    rows = [
        (lack.words, f"{percent(lack.share_a)} of A's faces", f"{lack.faces_b:,}", f"{lack.wanted:,}")
        for lack in findings.lacks
    ]
    examples = [
        _figure(a, place, f"A {lack.words}") for lack in findings.lacks[:_SHOWN] for place in _example(a, lack.words)
    ]
    return [
        heading, Text("Left and right are those of the picture."),
        Table(("faces that are …", "so is A in", "B has", "would do"), rows),
        Gallery([each for each in examples if each]),
    ]  # fmt: skip


def _example(a: Faceset, words: str) -> list[int]:
    (holds,) = (each.holds(a.seen) for each in SITUATIONS if each.words == words)
    places = np.flatnonzero(holds)
    return [int(places[np.argmax(a.seen.sharpness[places])])] if len(places) else []


def _poses(whose: str, one: Faceset) -> list[Part]:
    cells = pose_map(one.seen)
    yaws, pitches = (sorted({key[axis] for key in cells}) for axis in (0, 1))
    columns, lines = (range(values[0], values[-1] + BIN, BIN) for values in (yaws, pitches))
    most = max(map(len, cells.values()))
    rows = []
    for pitch in reversed(lines):
        row = []
        for yaw in columns:
            places = cells.get((yaw, pitch), [])
            thumb = _thumb(one, places[0]) if places else None
            # A root, so that what is rare is seen beside what is frequent.
            row.append(Cell(f"{len(places):,}" if places else "", (len(places) / most) ** 0.5, thumb))
        rows.append((_way(pitch, "down", "level", "up"), row))
    titles = [_way(yaw, "left", "ahead", "right") for yaw in columns]
    note = (
        "How many faces look where, with the sharpest of each. The greener, the more; an empty field is never seen. "
        "What is straight ahead for one person may be measured as 10° up or down for another."
    )
    return [Text(f"Where {whose} look" + ("s" if whose in "AB" else ""), heading=True), Text(note), Map(titles, rows)]


def _way(angle: int, below: str, none: str, above: str) -> str:
    return none if angle == 0 else f"{abs(angle)}° {below if angle < 0 else above}"


def _shown(b: Faceset, a: Faceset | None) -> list[Part]:
    sets = [one for one in (a, b) if one is not None]
    columns = [tallies(one.seen) for one in sets]
    rows = [
        (line[0].words, *(f"{percent(tally.share)}  ({tally.faces:,})" for tally in line))
        for line in zip(*columns, strict=True)
    ]
    titles = ("faces that are …", *(("A", "B") if a else ("share",)))
    return [Text("What the faces do, and how they are lit", heading=True), Table(titles, rows)]


def _light(b: Faceset, a: Faceset | None) -> list[Part]:
    sets = [one for one in (a, b) if one is not None]
    names = {"brightness": "brightness, 0 to 255", "warmth": "colour: red over blue, in % of the brightness"}
    rows = []
    for name, words in names.items():
        scale = 100 if name == "warmth" else 1
        rows.append((words, *(_range(scale * getattr(one.seen, name)) for one in sets)))
    note = (
        "Most faces lie in this range (nine of ten). Skin differs from one person to the next, so the ranges of A and "
        "B need not be the same; a wider one of A says that its light changes more than B's was seen to."
    )
    titles = ("", *(("A", "B") if a else ("range",)))
    return [Text("Brightness and colour", heading=True), Text(note), Table(titles, rows)]


def _range(values: Floats) -> str:
    low, high = np.percentile(values, (5, 95))
    return f"{low:.0f} to {high:.0f}"


def _doubts(findings: Findings) -> list[Part]:
    b, parts = findings.b, list[Part]()
    for number, group in enumerate((findings.strangers or ())[:_PEOPLE], 1):
        text = f"Perhaps someone else ({number}): {faces(len(group))}"
        parts += [Text(text, heading=True), _gallery(b, group)]
    if b.misplaced:
        parts += [Text("Points that do not sit: see that these are faces, and upright", heading=True)]
        parts += [_gallery(b, b.misplaced)]
    if findings.duplicates:
        pairs = list(findings.duplicates.items())[: _SHOWN // 2]
        figures = [
            figure
            for twice, kept in pairs
            for figure in (_figure(b, kept, f"stays: {_name(b, kept)}"), _figure(b, twice, f"goes: {_name(b, twice)}"))
        ]
        text = "There twice: pairs, the sharper one first"
        parts += [Text(text, heading=True), Gallery([each for each in figures if each])]
    worst = np.argsort(b.seen.sharpness, kind="stable")[:_SHOWN].tolist()
    return [*parts, Text("The least sharp", heading=True), _gallery(b, worst)]


def _gallery(one: Faceset, places: Sequence[int]) -> Gallery:
    figures = [_figure(one, place, _name(one, place)) for place in places[:_SHOWN]]
    return Gallery([each for each in figures if each])


def _figure(one: Faceset, place: int, caption: str) -> Figure | None:
    jpeg = _thumb(one, place)
    return None if jpeg is None else Figure(jpeg, caption)


def _name(one: Faceset, place: int) -> str:
    return one.faces[place].path.name


def _thumb(one: Faceset, place: int) -> bytes | None:
    try:
        return encode_jpeg(resize(one.faces[place].pixels(), _THUMB, _THUMB), _QUALITY)
    except MediaError:  # taken away since it was measured
        return None

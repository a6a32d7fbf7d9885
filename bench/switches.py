"""Whether tracks and people keep to those who were told apart by eye: `labels/tracks.csv`.

Its rows are points inside faces. Faces that a viewer can plainly see and tell from the others are all there, in every
fifth to eighth frame; of the dark, blurred crowd behind them only some. A name that begins with "someone" holds within
its shot: who that is in another one cannot be said.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from omote.core.types import Floats

_LABELS = Path(__file__).parent / "labels" / "tracks.csv"
_UNNAMED = "someone"


@dataclass(frozen=True, slots=True)
class Label:
    """A point in a face, and whose it is."""

    frame: int
    x: float
    y: float
    who: str


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A face that was found: its frame, (4,) box, track, and the person that its track was joined to."""

    frame: int
    box: Floats
    track: str
    person: str


def labels(clip: str) -> list[Label]:
    """Return what is known of a clip."""
    with _LABELS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["clip"] == clip]
    return [Label(int(row["frame"]), float(row["x"]), float(row["y"]), row["person"]) for row in rows]


def judged(known: Sequence[Label], faces: Iterable[Seen], cuts: Collection[int]) -> dict[str, Any]:
    """Compare tracks with labels.

    Args:
        known: labels.
        faces: all that were found.
        cuts: frames with which shots begin.

    Returns:
        `switches`: how often the track of a labelled person changes within a shot, and how often one goes over from one
        to another; `fragments`: how many tracks more than one a labelled person has in a shot; `people`: of all pairs
        of tracks of people with names (`of`) those that are rightly joined or not joined (`right`), wrongly not joined
        (`apart`) and wrongly joined (`together`); `missed`: labelled faces where none was found, by their name.
    """
    by_frame: dict[int, list[Seen]] = defaultdict(list)
    for each in faces:
        by_frame[each.frame].append(each)
    sights: dict[tuple[int, str], list[str]] = defaultdict(list)
    owners: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, str] = {}
    missed: Counter[str] = Counter()
    for label, face in _matched(known, by_frame):
        if face is None:
            missed[label.who] += 1
            continue
        sights[sum(cut <= label.frame for cut in cuts), label.who].append(face.track)
        owners[face.track][label.who] += 1
        people[face.track] = face.person
    changes = sum(one != other for tracks in sights.values() for one, other in pairwise(tracks))
    shared = sum(len(names) - 1 for names in owners.values())
    return {
        "labels": len(known),
        "frames": len({label.frame for label in known}),
        "switches": changes + shared,
        "fragments": sum(len(set(tracks)) - 1 for tracks in sights.values()),
        "people": _people({track: names.most_common(1)[0][0] for track, names in owners.items()}, people),
        "missed": dict(missed),
    }


def _matched(known: Sequence[Label], faces: Mapping[int, Sequence[Seen]]) -> Iterator[tuple[Label, Seen | None]]:
    """Give each label, in the order of frames, the face it lies in; a face belongs to the label nearest its middle."""
    for frame in sorted({label.frame for label in known}):
        here = [label for label in known if label.frame == frame]
        inside = [(label, face) for label in here for face in faces.get(frame, ()) if _holds(face, label)]
        theirs: dict[Label, Seen] = {}
        for label, face in sorted(inside, key=lambda pair: _apart(*pair)):
            if label not in theirs and face not in theirs.values():
                theirs[label] = face
        yield from ((label, theirs.get(label)) for label in here)


def _holds(face: Seen, label: Label) -> bool:
    left, top, right, bottom = face.box
    return bool(left <= label.x <= right and top <= label.y <= bottom)


def _apart(label: Label, face: Seen) -> float:
    return float(np.linalg.norm(face.box.reshape(2, 2).mean(0) - (label.x, label.y)))


def _people(owners: dict[str, str], people: dict[str, str]) -> dict[str, int]:
    named = [track for track, who in owners.items() if not who.startswith(_UNNAMED)]
    pairs = [(owners[one] == owners[other], people[one] == people[other]) for one, other in combinations(named, 2)]
    return {
        "right": sum(same == joined for same, joined in pairs),
        "of": len(pairs),
        "apart": sum(same and not joined for same, joined in pairs),
        "together": sum(joined and not same for same, joined in pairs),
    }

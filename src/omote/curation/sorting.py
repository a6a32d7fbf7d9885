"""Sorting: faces into an order of groups, and that order onto the disk, as numbers before names or as folders."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path, PurePath

import numpy as np

from omote.core.errors import OmoteError
from omote.curation.chain import chained
from omote.curation.clusters import NOBODY, clustered, likeness_order
from omote.curation.faces import FacePicture, Watch, unwatched
from omote.curation.groups import Group, cut, folder_word, natural
from omote.curation.looks import looks
from omote.curation.measures import MEASURES
from omote.curation.moves import Plan, planned
from omote.curation.vectors import vectors_of
from omote.perception.recognising import Recogniser

ONE_LOOK = 0.35
"""Hellinger's distance of two histograms up to which two pictures look alike: same light, same surroundings."""

_NUMBER = re.compile(r"^\d{5,}__(?=.)")
_MINUTE = 60


def sorted_by(
    method: str, faces: Sequence[FacePicture], recogniser: Callable[[], Recogniser], watch: Watch = unwatched
) -> list[Group]:
    """Put faces into groups, both in the order of a method.

    Args:
        method: a key of `MEASURES` or `WAYS`, or "face".
        faces: of any number of sources.
        recogniser: called for one when people are to be told apart.
        watch: told of long work.

    Raises:
        MediaError: a picture must be read and cannot be.
        OmoteError: as `vectors_of`.
    """
    if method == "face":
        return by_person(faces, recogniser(), watch)
    return WAYS[method](faces, watch) if method in WAYS else MEASURES[method].sort(method, faces, watch)


def by_person(faces: Sequence[FacePicture], recogniser: Recogniser, watch: Watch = unwatched) -> list[Group]:
    """Tell people apart: most frequent first, each from typical pictures to odd ones, then those who are like nobody.

    Raises:
        OmoteError: as `vectors_of`.
    """
    vectors = vectors_of(faces, recogniser, watch)
    frames = [(face.record.source.fingerprint, face.record.face.frame.index) for face in faces]
    labels = clustered(vectors, recogniser.one_person, frames)
    groups = []
    for label in sorted(set(labels.tolist()) - {NOBODY}):
        places = np.flatnonzero(labels == label).tolist()
        typical = likeness_order(np.stack([vector for place in places if (vector := vectors[place]) is not None]))
        groups.append(Group(f"person-{label + 1:02d}", [faces[places[rank]] for rank in typical.tolist()]))
    alone = [faces[place] for place in np.flatnonzero(labels == NOBODY).tolist()]
    return [*groups, Group("outliers", alone)] if alone else groups


def by_histogram(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Group]:
    """Put faces together that look alike in light and colour, each beside the one most like it.

    Raises:
        MediaError: a picture cannot be read.
    """
    seen = np.stack([look.histogram for look in looks(faces, watch)])
    labels = clustered(list(seen), ONE_LOOK)
    names = sorted(set(labels.tolist()) - {NOBODY})
    groups = []
    for label in (*names, *([NOBODY] if NOBODY in labels else [])):
        places = np.flatnonzero(labels == label)
        name = "outliers" if label == NOBODY else f"look-{label + 1:02d}"
        groups.append(Group(name, [faces[place] for place in places[chained(seen[places])]]))
    return groups


def by_time(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Group]:
    """Put faces in the order of their sources' names, and of the time in each; a group is a minute of a source."""
    return cut("time", sorted(faces, key=_moment), lambda face: f"{_source(face)}_minute-{_seconds(face) // _MINUTE}")


def by_track(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Group]:
    """Put faces together that were followed from frame to frame, in the order of time; those that were not are last."""
    followed = [face for face in faces if face.record.face.track is not None]
    begins: dict[tuple[object, object], tuple[object, ...]] = {}
    for face in sorted(followed, key=_moment):
        begins.setdefault(_track(face), _moment(face))
    followed.sort(key=lambda face: (*begins[_track(face)], str(face.record.face.track), *_moment(face)))
    alone = sorted((face for face in faces if face.record.face.track is None), key=_moment)
    tracks = cut("track", followed, lambda face: f"{_source(face)}_{folder_word(face.record.face.track or '')}")
    return [*tracks, Group("without-track", alone)] if alone else tracks


def by_name(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Group]:
    """Put faces in the order of their own names, without the numbers of an earlier sorting; groups are sources."""
    ordered = sorted(faces, key=lambda face: (natural(face.record.source.name), natural(plain_name(face.path.name))))
    return cut("name", ordered, _source)


WAYS: dict[str, Callable[[Sequence[FacePicture], Watch], list[Group]]] = {
    "histogram": by_histogram,
    "track": by_track,
    "time": by_time,
    "name": by_name,
}
"""How to sort by what is no number, by its name."""


def plain_name(name: str) -> str:
    """Return a file's name without the number that sorting put before it."""
    return _NUMBER.sub("", name)


def arranged(
    folder: Path, method: str, groups: Sequence[Group], *, grouped: bool, output: Path | None = None,
    copies: bool = False,
) -> Plan:  # fmt: skip
    """Plan names by which a file browser shows faces in their order.

    Before each old name comes a number, in place of that of an earlier sorting; sorted by name they have none.

    Args:
        folder: that the faces are in.
        method: by which they are sorted.
        groups: in order.
        grouped: give each group a folder; else every face stays in the folder it is in.
        output: a folder to put them all into, of which `folder` is one, or another place for copies.
        copies: leave the files where they are.

    Raises:
        OmoteError: files would leave the folder, or copies come into it, so that alignments could not follow it.
    """
    place = folder if output is None else output
    inside = place.resolve().is_relative_to(folder.resolve())
    if copies and inside:
        raise OmoteError("copies need a folder of their own, outside that of the faces", place, "name one with -o")
    if not copies and not inside:
        do = "add --keep to copy them there, or name a folder inside that of the faces"
        raise OmoteError("faces that leave their folder would count as deleted", place, do)
    if not copies:
        place = folder / place.resolve().relative_to(folder.resolve())
    width = max(5, len(str(sum(len(group.faces) for group in groups))))
    moves: dict[Path, Path] = {}
    numbers: dict[Path, int] = {}
    for group in groups:
        for face in group.faces:
            home = place / group.folder if grouped else place if output else face.path.parent
            numbers[home] = numbers.get(home, 0) + 1
            number = "" if method == "name" else f"{numbers[home]:0{width}}__"
            moves[face.path] = home / f"{number}{plain_name(face.path.name)}"
    return planned(place if copies else folder, f"sort by {method}", moves, copies=copies)


def _source(face: FacePicture) -> str:
    return folder_word(PurePath(face.record.source.name).stem)


def _seconds(face: FacePicture) -> int:
    return int(face.record.face.frame.pts * _unit(face))


def _unit(face: FacePicture) -> Fraction:
    try:
        return Fraction(face.record.source.time_base)
    except (ValueError, ZeroDivisionError):  # a record may come from anyone
        return Fraction(1, 25)


def _moment(face: FacePicture) -> tuple[object, ...]:
    record = face.record
    source = (natural(record.source.name), record.source.fingerprint)
    return (*source, record.face.frame.pts, record.face.frame.index, natural(record.face.id))


def _track(face: FacePicture) -> tuple[object, object]:
    return face.record.source.fingerprint, face.record.face.track

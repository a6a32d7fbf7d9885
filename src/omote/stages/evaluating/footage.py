"""A result beside its plate: the faces of the plate, which frames are looked at, and both read in step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Note
from omote.stages import extract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from omote.alignments.record import FaceRecord, SourceRecord
    from omote.core.types import Picture
    from omote.media.source import Source
    from omote.stages.context import Context
    from omote.stages.evaluating.config import EvaluateConfig

_ESTIMATE = 1  # frames by which the count that a Matroska file allows may be off


@dataclass(frozen=True, slots=True, eq=False)
class Plated:
    """A frame of the plate in which the person is seen.

    Attributes:
        face: of the person.
        others: other people's faces in the frame.
    """

    face: FaceRecord
    others: tuple[FaceRecord, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A frame, as it was and as it is now.

    Attributes:
        index: number in the plate.
        plate: (H, W, 3) uint8.
        result: the same size.
    """

    index: int
    plate: Picture
    result: Picture


def alignments_of(config: EvaluateConfig, plate: Source, beside: Path, context: Context) -> Path:
    """Return the alignments of a plate: those named, else some beside it, its faces or the result, else new ones.

    Args:
        config: of the evaluation.
        plate: the footage.
        beside: folder of the result, where new ones are written.
        context: told when they have to be made.

    Raises:
        AlignmentsError: those named are not there or are of another source.
        Stopped: someone stopped it; what was found is kept.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.store import SUFFIX, Alignments

    record, path = source_record(plate.facts), plate.facts.path
    names = (f"{path.stem}{SUFFIX}", f"{path.name}{SUFFIX}")
    if config.alignments is not None:
        inside = [config.alignments / name for name in names] if config.alignments.is_dir() else [config.alignments]
        named = next((each for each in inside if each.is_file()), inside[0])
        if not named.is_file():
            raise OmoteError("no such alignments file", named, "leave it out, and the plate is looked at")
        with Alignments.open(named, record):
            return named
    for folder in (path.parent, *([config.faces_a] if config.faces_a else []), beside):
        for name in names:
            if (folder / name).is_file() and _serves(folder / name, record):
                return folder / name
    made = beside / names[0]
    made = beside / names[1] if made.is_file() and not _is_of(made, record) else made
    context.emit(Note(f"{path.name} was not looked at yet: looking for its faces first ({made})"))
    asked = extract.ExtractConfig(sources=[path], alignments=made, look=config.look, identifier=config.identifier)
    if not extract.run(asked, context).finished:
        raise Stopped
    return made


def plated(alignments: Path, person: str | None, context: Context) -> dict[int, Plated]:
    """Return the frames in which a person is seen, by their numbers.

    Args:
        alignments: of the plate.
        person: who; None: who is seen in most frames, and where nobody is named the largest face of each frame.
        context: told who that is, where there are several.

    Raises:
        OmoteError: there is no such person, or no face at all.
    """
    from omote.alignments.store import Alignments
    from omote.imaging.boxes import areas

    with Alignments.open(alignments) as kept:
        people, faces = kept.people(), list(kept.faces())
    if person is not None and person not in people:
        raise OmoteError(f"nobody is called {person} here; there are: {', '.join(people) or 'none'}", alignments)
    seen = {who: len({face.frame.index for face in faces if face.person == who}) for who in people}
    who = person or max(people, key=seen.__getitem__, default=None)
    if person is None and len(people) > 1:
        context.emit(Note(f"measuring {who} of {', '.join(people)}: --person names another"))
    frames: dict[int, list[FaceRecord]] = {}
    for face in faces:
        frames.setdefault(face.frame.index, []).append(face)
    found = {}
    for index, here in frames.items():
        own = [face for face in here if who is None or face.person == who]
        if own:
            chosen = max(own, key=lambda face: float(areas(face.box)[0]))
            found[index] = Plated(chosen, tuple(face for face in here if face is not chosen))
    if not found:
        raise OmoteError("no face is known of the plate", alignments, "run omote extract, or choose another plate")
    return found


def stretches(there: Sequence[int], frames: int, together: int) -> list[list[int]]:
    """Choose frames in runs that follow one another, spread evenly.

    Args:
        there: numbers of the frames there are, rising.
        frames: how many are wanted; all where there are no more.
        together: of a run, at most; a gap ends one, too.
    """
    if len(there) <= frames:
        starts = list(range(0, len(there), together))
    else:
        runs = max(1, frames // together)
        starts = [round(place * (len(there) - together) / max(1, runs - 1)) for place in range(runs)]
    chosen = []
    for start in starts:
        some = list(there[start : start + together])
        gaps = [place for place, (one, other) in enumerate(pairwise(some), 1) if other != one + 1]
        chosen += [some[first:last] for first, last in pairwise([0, *gaps, len(some)])]
    return chosen


def in_step(plate: Source, result: Source, first: int | None) -> int:
    """Return the frame of the plate that a result begins with, having seen that both fit.

    Args:
        plate: the footage.
        result: what was made of it.
        first: where the user says it begins; None: both are whole.

    Raises:
        OmoteError: they are of other sizes or lengths.
    """
    one, other = plate.facts, result.facts
    if (one.width, one.height) != (other.width, other.height):
        what = f"it is {other.width} by {other.height} pixels and the plate {one.width} by {one.height}"
        raise OmoteError(what, other.path, "evaluate what convert made of this plate, at its own size")
    known = 0 not in (one.frames, other.frames)
    if first is None and known and abs(one.frames - other.frames) > _ESTIMATE:
        what = f"it has {other.frames} frames and the plate {one.frames}"
        raise OmoteError(what, other.path, "say with --set first=N which frame of the plate it begins with")
    if first is not None and known and first + other.frames > one.frames:
        what = f"its {other.frames} frames do not fit behind frame {first} of the plate, which has {one.frames}"
        raise OmoteError(what, other.path, "say with --set first=N which frame of the plate it begins with")
    return first or 0


def pairs(plate: Source, result: Source, first: int, wanted: Sequence[int]) -> Iterator[Pair]:
    """Give the wanted frames of the plate with those of the result.

    Args:
        plate: the footage.
        result: what was made of it.
        first: frame of the plate that it begins with.
        wanted: numbers in the plate, rising, none before `first`.

    Raises:
        OmoteError: one of them ends before.
        MediaError: one of them breaks off.
    """
    numbers, last = set(wanted), wanted[-1]
    begin = wanted[0]
    both = zip(plate.frames(begin), result.frames(begin - first), strict=False)
    for before, after in both:
        if before.index in numbers:
            if before.rgb.shape != after.rgb.shape:
                raise OmoteError(f"frame {after.name} has another size than the plate's", result.facts.path)
            yield Pair(before.index, before.rgb, after.rgb)
        if before.index == last:
            return
    raise OmoteError(f"it ends before frame {last} of the plate", result.facts.path, "convert the whole plate")


def _serves(path: Path, record: SourceRecord) -> bool:
    """Whether alignments are of a source and finished: of others faces would be missing."""
    from omote.alignments.store import Alignments

    with Alignments.open(path) as alignments:
        return alignments.source.fingerprint == record.fingerprint and alignments.finished


def _is_of(path: Path, record: SourceRecord) -> bool:
    from omote.alignments.store import Alignments

    with Alignments.open(path) as alignments:
        return alignments.source.fingerprint == record.fingerprint

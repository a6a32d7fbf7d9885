"""What alignments hold: summed up for people, and all of it for other programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omote.core.files import check_free, write_pieces
from omote.stages.context import Context, Report
from omote.stages.jobs.config import AlignmentsConfig

if TYPE_CHECKING:
    from collections.abc import Iterable

    from omote.alignments.locate import Target
    from omote.alignments.record import FaceRecord
    from omote.alignments.store import Alignments


class Spread(Report):
    """The least, the middle and the most of some figures."""

    least: float
    median: float
    most: float


class Person(Report):
    """Somebody: the faces and tracks that are theirs, and the first and last frame with them, counted from 0."""

    person: str
    faces: int
    tracks: int
    first: int
    last: int


class Track(Report):
    """A run of frames through which one face was followed; frames are counted from 0."""

    track: str
    person: str | None
    faces: int
    first: int
    last: int


class SourceInfo(Report):
    """What the alignments of one source hold. Frames are those that were looked at, faces those that are kept."""

    alignments: Path
    source: str
    fingerprint: str
    width: int
    height: int
    source_frames: int
    finished: bool
    frames: int
    frames_with_face: int
    frames_without_face: int
    frames_with_several: int
    faces: int
    deleted: int
    unwanted: int
    pictured: int
    settings: dict[str, Any]
    plugins: dict[str, str]
    masks: dict[str, int]
    vectors: dict[str, int]
    figures: dict[str, Spread]
    people: list[Person]
    tracks: list[Track]


class InfoReport(Report):
    """What all alignments of a target hold."""

    sources: list[SourceInfo]


def info(config: AlignmentsConfig, context: Context) -> InfoReport:
    """Read through alignments; nothing is written.

    Raises:
        AlignmentsError: there are none, or they are damaged.
    """
    from omote.alignments.locate import locate
    from omote.alignments.store import Alignments

    sources = []
    for file in locate(config.target, config.faces).files:
        with Alignments.open(file) as alignments:
            sources.append(_info(alignments))
    return InfoReport(sources=sources)


def _info(alignments: Alignments) -> SourceInfo:
    from omote.alignments.tables import State

    source, crowds = alignments.source, alignments.faces_by_frame()
    rejected = Counter(alignments.rejections().values())
    frames, with_face, faces = alignments.counts()
    tally = _Tally(alignments.faces())
    return SourceInfo(
        alignments=alignments.path, source=source.name, fingerprint=source.fingerprint, width=source.width,
        height=source.height, source_frames=source.frames, finished=alignments.finished, frames=frames,
        frames_with_face=with_face, frames_without_face=frames - with_face,
        frames_with_several=sum(each > 1 for each in crowds.values()), faces=faces, deleted=rejected[State.DELETED],
        unwanted=rejected[State.UNWANTED], pictured=len(alignments.pictured()), settings=alignments.settings or {},
        plugins={role: ", ".join(sorted(names)) for role, names in tally.plugins.items()}, masks=dict(tally.masks),
        vectors=dict(tally.vectors), figures=tally.spreads(), people=tally.people(), tracks=tally.tracks(),
    )  # fmt: skip


class _Tally:
    """Figures of many faces, of which no face is kept."""

    def __init__(self, faces: Iterable[FaceRecord]) -> None:
        self.plugins: dict[str, set[str]] = defaultdict(set)
        self.masks: Counter[str] = Counter()
        self.vectors: Counter[str] = Counter()
        self._figures: dict[str, list[float]] = defaultdict(list)
        self._people: dict[str, list[tuple[int, str | None]]] = defaultdict(list)  # frame, track
        self._tracks: dict[str, list[tuple[int, str | None]]] = defaultdict(list)  # frame, person
        for face in faces:
            self._take(face)

    def _take(self, face: FaceRecord) -> None:
        for role, plugin in face.made_by.items():
            self.plugins[role].add(plugin)
        self.masks.update(face.masks.keys())
        self.vectors.update(face.vectors.keys())
        if face.person is not None:
            self._people[face.person].append((face.frame.index, face.track))
        if face.track is not None:
            self._tracks[face.track].append((face.frame.index, face.person))
        figures = {
            "height": float(face.box[3] - face.box[1]), "yaw": face.pose.yaw, "pitch": face.pose.pitch,
            "roll": face.pose.roll, "score": face.score, "confidence": face.confidence, "sharpness": face.sharpness,
            "quality": face.quality,
        }  # fmt: skip
        for name, figure in figures.items():
            if figure is not None:
                self._figures[name].append(figure)

    def spreads(self) -> dict[str, Spread]:
        """Least, median and most of box height in pixels, pose in degrees and the measures of quality."""
        import numpy as np

        return {
            name: Spread(least=round(min(each), 3), median=round(float(np.median(each)), 3), most=round(max(each), 3))
            for name, each in self._figures.items()
        }

    def people(self) -> list[Person]:
        """People in the order of their names."""
        return [
            Person(
                person=name, faces=len(seen), tracks=len({track for _, track in seen if track}),
                first=min(frame for frame, _ in seen), last=max(frame for frame, _ in seen),
            )
            for name, seen in sorted(self._people.items())
        ]  # fmt: skip

    def tracks(self) -> list[Track]:
        """Tracks in the order in which they begin."""
        tracks = [
            Track(
                track=name, person=seen[0][1], faces=len(seen),
                first=min(frame for frame, _ in seen), last=max(frame for frame, _ in seen),
            )
            for name, seen in self._tracks.items()
        ]  # fmt: skip
        return sorted(tracks, key=lambda track: (track.first, track.track))


class ExportReport(Report):
    """What was written: `omote.alignments.plain` says what stands in it."""

    sources: int
    output: Path


def export(config: AlignmentsConfig, context: Context) -> ExportReport:
    """Write all that alignments hold as one JSON file; by default beside them.

    Raises:
        AlignmentsError: there are no alignments, or they are damaged.
        OmoteError: the file is there already, or cannot be written.
    """
    from omote.alignments.locate import locate
    from omote.alignments.plain import as_json

    target = locate(config.target, config.faces)
    output = config.output or _beside(target)
    check_free(output, overwrite=config.overwrite)
    write_pieces(output, (piece.encode() for piece in as_json(target.files)))
    return ExportReport(sources=len(target.files), output=output)


def _beside(target: Target) -> Path:
    first = target.files[0]
    return first.with_suffix(".json") if len(target.files) == 1 else first.with_name("alignments.json")

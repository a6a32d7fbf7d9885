"""Find, align and follow the faces of footage; alignments and face pictures come out."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import MediaError
from omote.core.events import Note, Progress
from omote.perception.config import FollowConfig, LookConfig
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from omote.alignments.record import FaceRecord, SourceRecord
    from omote.alignments.store import Alignments
    from omote.core.types import Frame
    from omote.media.source import Source, SourceFacts
    from omote.perception.recognising import Recogniser
    from omote.stages.looking import Wanted
    from omote.stages.picturing import Pictures

_WRITTEN = 2  # frames whose pictures are written ahead of the alignments


class ExtractConfig(Config):
    """Settings of extract."""

    sources: list[Path] = Field(min_length=1, description="videos, pictures or folders of pictures")
    faces: Path | None = Field(None, description="folder for the face pictures and the alignments")
    alignments: Path | None = Field(
        None, description="alignments file, or the folder for those of several sources; by default that of the faces"
    )
    range: str = Field(
        ":", pattern=r"^\d*:\d*$", description="frames to look at, as FIRST:END counted from 0, END not included"
    )
    every: int = Field(1, ge=1, description="look at one frame of so many")
    size: int = Field(512, ge=64, le=2048, description="side of a face picture in pixels")
    look: LookConfig = LookConfig()
    follow: FollowConfig = FollowConfig()
    masks: list[str] = Field(["extended"], description="plugins for masks, kept with each face")
    quality: str = Field("measured", description="plugin that says how good a view is, or none")
    identifier: str = Field("dlib-resnet", description="plugin that tells people apart, or none")
    filter: list[Path] = Field([], description="keep only people who look like those in these reference pictures")
    exclude: list[Path] = Field([], description="drop people who look like those in these reference pictures")
    restore: bool = Field(False, description="take faces back that were rejected because their picture was deleted")

    @model_validator(mode="after")
    def _goes_together(self) -> ExtractConfig:
        if self.faces is None and self.alignments is None:
            raise ValueError("name a folder for the faces, an alignments file, or both")
        if self.faces is not None and self.faces.resolve() in [source.resolve() for source in self.sources]:
            raise ValueError("the faces need a folder of their own, not that of the source")
        if self.identifier == "none" and (self.filter or self.exclude):
            raise ValueError("filter and exclude need an identifier")
        if len(self.sources) > 1 and self.alignments is not None and self.alignments.suffix:
            raise ValueError("several sources need a folder for their alignments, not one file")
        first, _, end = self.range.partition(":")
        if end and int(end) <= int(first or 0):
            raise ValueError(f"no frame lies in the range {self.range}")
        return self


class ExtractReport(Report):
    """What is known of the sources after this run and those before it."""

    frames: int
    frames_with_face: int
    faces: int
    people: int
    seconds: float
    alignments: Path
    faces_folder: Path | None
    finished: bool


def run(config: ExtractConfig, context: Context) -> ExtractReport:
    """Look at every frame that is asked for and was not looked at yet, source by source.

    A stopped or killed run goes on where it was. A face whose picture was deleted from the folder is marked as
    rejected and not made again. A source that cannot be read does not keep the others from being done.

    Raises:
        MediaError: a source cannot be read; the others are done.
        AlignmentsError: the alignments there are cannot be used, or were begun with other settings.
        SettingError: a plugin is not known.
        OmoteError: the folder cannot be written, or has none of the pictures that were made.
    """
    from omote.perception.preparing import prepare

    began = time.perf_counter()
    look = config.look
    prepare(
        (look.detector, look.landmarker, config.identifier, config.quality, *config.masks), context.emit,
        context.stopped,
    )  # fmt: skip
    references = _References(config)
    reports: list[ExtractReport] = []
    unread: list[MediaError] = []
    for source in config.sources:
        try:
            reports.append(_one(source, config, references, context))
        except MediaError as fault:
            if len(config.sources) == 1:
                raise
            context.emit(Note(str(fault)))
            unread.append(fault)
        if context.stopped():
            break
    if unread:
        what = f"{len(unread)} of {len(config.sources)} sources cannot be read, the first for this: {unread[0].what}"
        raise MediaError(what, unread[0].where, unread[0].do)
    return _together(reports, config, round(time.perf_counter() - began, 2))


def _one(path: Path, config: ExtractConfig, references: _References, context: Context) -> ExtractReport:
    from omote.alignments.store import Alignments
    from omote.media.source import open_source

    began = time.perf_counter()
    source = open_source(path)
    place = alignments_place(config, path)
    with Alignments.open(place, source_record(source.facts)) as alignments:
        alignments.settle(_settings(config))
        finished = _Extraction(source, alignments, config, references, context).run()
        frames, with_face, total = alignments.counts()
        people = len(alignments.people())
    return ExtractReport(
        frames=frames, frames_with_face=with_face, faces=total, people=people,
        seconds=round(time.perf_counter() - began, 2), alignments=place, faces_folder=config.faces, finished=finished,
    )  # fmt: skip


class _References:
    """The reference pictures, looked at when the first source asks for them, and the one recogniser of a run."""

    def __init__(self, config: ExtractConfig) -> None:
        self._config = config
        self.recogniser: Recogniser | None = None
        if config.identifier != "none":
            from omote.perception.recognising import Recogniser
            from omote.perception.registry import identifier

            self.recogniser = Recogniser(config.identifier, identifier(config.identifier))
        self.wanted, self.unwanted = (self._vectors(paths) for paths in (config.filter, config.exclude))

    def _vectors(self, pictures: Sequence[Path]) -> list[Any]:
        from omote.stages.naming import reference_vectors

        return reference_vectors(pictures, self._config.look, self.recogniser) if self.recogniser else []


class _Extraction:
    """One source: look, name, picture. Each part does what is not done yet and says whether it came to its end."""

    def __init__(
        self, source: Source, alignments: Alignments, config: ExtractConfig, references: _References, context: Context
    ) -> None:
        self._source, self._alignments = source, alignments
        self._config, self._references, self._context = config, references, context
        self._record = source_record(source.facts)
        self._pictures = self._followed_folder()

    def run(self) -> bool:
        return self._look() and self._name() and self._picture()

    def _followed_folder(self) -> Pictures | None:
        """Let the alignments follow the folder of face pictures."""
        from omote.alignments.folder import follow, pictured_in
        from omote.stages.picturing import Pictures

        alignments, folder = self._alignments, self._config.faces
        if folder is None:
            if self._config.restore:
                alignments.restore()
            return None
        there = pictured_in(folder)
        if self._config.restore:
            there = self._brought_back(folder, there)
            alignments.reject(alignments.pictured().difference(there))
            alignments.restore()
        elif gone := follow(alignments, folder, there):
            self._context.emit(Note(f"{gone} faces have no picture in {folder} any more: rejected"))
        return Pictures(folder, self._record, self._config.size, there)

    def _brought_back(self, folder: Path, there: dict[str, Path]) -> dict[str, Path]:
        """Bring back the pictures of this source's faces that were set aside, but for people who are not wanted."""
        from omote.alignments.folder import pictured_in
        from omote.alignments.tables import State
        from omote.curation.returning import returning
        from omote.stages.moving import carry

        if not folder.is_dir():
            return there
        why = self._alignments.rejections()
        mine = self._alignments.ids() | {face for face, state in why.items() if state is not State.UNWANTED}
        plan = returning(folder, there, lambda face: face.id in mine)
        carry(plan, self._context)
        return pictured_in(folder) if plan.entry.moves else there

    def _look(self) -> bool:
        from omote.core.ahead import ahead
        from omote.stages.looking import looked

        wanted, done = self._wanted(), self._alignments.looked_at()
        if self._nothing_left(wanted, done):
            return True
        # Whose pictures are wanted is known only when all was seen.
        pictures = None if self._config.filter or self._config.exclude else self._pictures
        config, recogniser = self._config, self._references.recogniser
        unwanted = self._alignments.ids(rejected=True)
        with ExitStack() as stack:
            seen = stack.enter_context(
                looked(
                    self._source, self._alignments.path, self._record, wanted, done, config.look, config.follow,
                    recogniser,
                )
            )  # fmt: skip
            for frame, faces in stack.enter_context(ahead(self._written(seen, pictures, unwanted), _WRITTEN)):
                self._alignments.add(_frame_record(frame), faces, pictured=pictures is not None)
                self._context.emit(Progress("extract", frame.index + 1, self._source.facts.frames))
                if self._context.stopped():
                    return False
        if config.range == ":" and config.every == 1:
            self._alignments.finish()
        return True

    def _wanted(self) -> Wanted:
        from omote.stages.looking import Wanted

        first, _, end = self._config.range.partition(":")
        return Wanted(int(first or 0), int(end) if end else None, self._config.every)

    def _nothing_left(self, wanted: Wanted, done: set[int]) -> bool:
        if self._alignments.finished:
            return True
        end = wanted.end if wanted.end is not None else self._source.facts.frames
        return bool(end) and all(index in done for index in range(wanted.first, end, wanted.every))

    def _written(
        self, seen: Generator[tuple[Frame, list[FaceRecord]]], pictures: Pictures | None, unwanted: set[str]
    ) -> Iterator[tuple[Frame, list[FaceRecord]]]:
        from omote.stages.picturing import Appraiser

        appraiser = Appraiser(self._config.masks, self._config.quality)
        with closing(seen):  # in the thread that used it, since it holds a database open
            for frame, found in seen:
                faces = appraiser.appraised(frame.rgb, found)
                for face in faces:
                    if pictures is not None and face.id not in unwanted:
                        pictures.write(frame, face)
                yield frame, faces

    def _name(self) -> bool:
        from omote.stages.naming import choose_people, name_people

        recogniser = self._references.recogniser
        places = {} if self._pictures is None else self._pictures.places
        if recogniser is None:
            return True
        if not name_people(self._source, self._alignments, places, recogniser, self._context):
            return False
        wanted, unwanted = self._references.wanted, self._references.unwanted
        dropped = choose_people(self._alignments, wanted, unwanted, recogniser, self._context)
        if self._pictures is not None:
            self._pictures.set_aside(dropped, "filtered")
            self._pictures.update({face.id: face for face in self._alignments.faces()})
        return True

    def _picture(self) -> bool:
        if self._pictures is None:
            return True
        return self._pictures.write_missing(self._source, self._alignments, self._context)


def source_record(facts: SourceFacts) -> SourceRecord:
    """Return what alignments and face pictures keep of a source."""
    from omote.alignments.record import SourceRecord

    return SourceRecord(
        facts.path.name, facts.fingerprint, facts.width, facts.height, facts.frames, str(facts.time_base)
    )


def alignments_place(config: ExtractConfig, source: Path) -> Path:
    """Return where the alignments of one of the sources lie."""
    from omote.alignments.store import SUFFIX

    name = f"{source.stem}{SUFFIX}"
    if config.alignments is None:
        return (config.faces or Path()) / name
    return config.alignments if config.alignments.suffix and len(config.sources) == 1 else config.alignments / name


def _settings(config: ExtractConfig) -> dict[str, object]:
    follow = {f"follow.{name}": value for name, value in config.follow.model_dump().items()}
    return {**config.look.model_dump(), **follow, "identifier": config.identifier}


def _frame_record(frame: Frame) -> Any:  # noqa: ANN401 - a FrameRecord; loading its module costs numpy
    from omote.alignments.describe import frame_record

    return frame_record(frame)


def _together(reports: Sequence[ExtractReport], config: ExtractConfig, seconds: float) -> ExtractReport:
    if len(reports) == 1:
        return reports[0].model_copy(update={"seconds": seconds})
    return ExtractReport(
        frames=sum(report.frames for report in reports),
        frames_with_face=sum(report.frames_with_face for report in reports),
        faces=sum(report.faces for report in reports),
        people=sum(report.people for report in reports),
        seconds=seconds,
        alignments=config.alignments or config.faces or Path(),
        faces_folder=config.faces,
        finished=len(reports) == len(config.sources) and all(report.finished for report in reports),
    )

"""Find and align the faces of a source; alignments and face pictures come out."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.perception.config import LookConfig
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.alignments.record import FaceRecord, FrameRecord, SourceRecord
    from omote.alignments.store import Alignments
    from omote.core.types import Frame
    from omote.media.source import Source, SourceFacts


class ExtractConfig(Config):
    """Settings of extract."""

    source: Path = Field(description="video, picture or folder of pictures")
    faces: Path | None = Field(None, description="folder for the face pictures and the alignments")
    alignments: Path | None = Field(None, description="alignments file; by default in the folder of the faces")
    size: int = Field(512, ge=64, le=2048, description="side of a face picture in pixels")
    look: LookConfig = LookConfig()
    identifier: str = Field("none", description="plugin for identity vectors (dlib-resnet), or none")
    restore: bool = Field(False, description="find faces again that were rejected because their picture was deleted")

    @model_validator(mode="after")
    def _has_an_output(self) -> ExtractConfig:
        if self.faces is None and self.alignments is None:
            raise ValueError("name a folder for the faces, an alignments file, or both")
        if self.faces is not None and self.faces.resolve() == self.source.resolve():
            raise ValueError("the faces need a folder of their own, not that of the source")
        return self


class ExtractReport(Report):
    """What is known of the source after this run and those before it."""

    frames: int
    frames_with_face: int
    faces: int
    seconds: float
    alignments: Path
    faces_folder: Path | None
    finished: bool


def run(config: ExtractConfig, context: Context) -> ExtractReport:
    """Look at every frame that was not looked at yet.

    A stopped or killed run goes on where it was. A face whose picture was deleted from the folder is marked as
    rejected and not made again.

    Raises:
        MediaError: the source cannot be read.
        AlignmentsError: the alignments there are cannot be used, or were begun with other settings.
        SettingError: a plugin is not known.
        OmoteError: the folder cannot be written, or has none of the pictures that were made.
    """
    from omote.alignments.store import SUFFIX, Alignments
    from omote.media.source import open_source

    began = time.perf_counter()
    source = open_source(config.source)
    record = source_record(source.facts)
    path = config.alignments or (config.faces or Path()) / f"{config.source.stem}{SUFFIX}"
    with Alignments.open(path, record) as alignments:
        alignments.settle({**config.look.model_dump(), "identifier": config.identifier})
        there = _follow(alignments, config, context)
        if not alignments.finished:
            _look(source, record, alignments, there, config, context)
        frames, with_face, total = alignments.counts()
        finished = alignments.finished
    seconds = round(time.perf_counter() - began, 2)
    return ExtractReport(
        frames=frames, frames_with_face=with_face, faces=total, seconds=seconds, alignments=path,
        faces_folder=config.faces, finished=finished,
    )  # fmt: skip


def _follow(alignments: Alignments, config: ExtractConfig, context: Context) -> set[str]:
    """Let the alignments follow the folder; return the faces that have their picture there."""
    from omote.alignments.folder import follow, pictured_in

    if config.faces is None:
        if config.restore:
            alignments.restore()
        return set()
    there = pictured_in(config.faces)
    if config.restore:
        alignments.reject(alignments.pictured() - there)
        alignments.restore()
    elif gone := follow(alignments, config.faces, there):
        context.emit(Note(f"{gone} faces have no picture in {config.faces} any more: rejected"))
    alignments.look_again_for_pictures()
    return there


def _look(
    source: Source, record: SourceRecord, alignments: Alignments, there: set[str], config: ExtractConfig,
    context: Context,
) -> None:  # fmt: skip
    done, unwanted = alignments.looked_at(), there | alignments.ids(rejected=True)
    first = next(index for index in count() if index not in done)
    for frame, faces in _found(source.frames(first), done, record, config):
        for number, face in enumerate(faces):
            if config.faces is not None and face.id not in unwanted:
                _write_picture(config.faces, frame, number, face, record, config.size)
        alignments.add(_frame_record(frame), faces, pictured=config.faces is not None)
        context.emit(Progress("extract", frame.index + 1, source.facts.frames))
        if context.stopped():
            return
    alignments.finish()


def source_record(facts: SourceFacts) -> SourceRecord:
    """Return what alignments and face pictures keep of a source."""
    from omote.alignments.record import SourceRecord

    return SourceRecord(
        facts.path.name, facts.fingerprint, facts.width, facts.height, facts.frames, str(facts.time_base)
    )


def _found(
    frames: Iterator[Frame], done: set[int], source: SourceRecord, config: ExtractConfig
) -> Iterator[tuple[Frame, list[FaceRecord]]]:
    from omote.alignments.describe import describe
    from omote.perception.look import Looker
    from omote.perception.registry import identifier

    looker = Looker(config.look)
    made_by = {"detector": config.look.detector, "landmarker": config.look.landmarker}
    identify = None if config.identifier == "none" else identifier(config.identifier)
    for frame in frames:
        if frame.index in done:
            continue
        faces = looker.look(frame.rgb)
        marks = [face.landmarks for face in faces]
        vectors = {config.identifier: identify.vectors(frame.rgb, marks)} if identify else {}
        yield frame, describe(frame, faces, source, made_by, vectors)


def _write_picture(folder: Path, frame: Frame, number: int, face: FaceRecord, source: SourceRecord, size: int) -> None:
    from omote.alignments.describe import face_picture
    from omote.media.pictures import frame_stem

    stem = f"{frame_stem(frame.name)}_{number}"
    path = folder / f"{stem}.png"
    if path.exists():  # a frame of the same name in another source, or a file of the user's
        path = folder / f"{stem}_{face.id}.png"
    write_bytes(path, face_picture(frame.rgb, face, source, size))


def _frame_record(frame: Frame) -> FrameRecord:
    from omote.alignments.record import FrameRecord

    return FrameRecord(frame.index, frame.pts, frame.name)

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
    from omote.core.types import Frame
    from omote.media.source import SourceFacts


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
        AlignmentsError: the alignments there are cannot be used.
        SettingError: a plugin is not known.
        OmoteError: the folder cannot be written.
    """
    from omote.alignments.folder import follow
    from omote.alignments.store import SUFFIX, Alignments
    from omote.media.source import open_source

    began, finished = time.perf_counter(), True
    source = open_source(config.source)
    record = source_record(source.facts)
    path = config.alignments or (config.faces or Path()) / f"{config.source.stem}{SUFFIX}"
    with Alignments.open(path, record) as alignments:
        if config.restore:
            alignments.forget_rejected()
        elif config.faces and (gone := follow(alignments, config.faces)):
            context.emit(Note(f"{gone} faces have no picture in {config.faces} any more: rejected"))
        done = alignments.looked_at()
        first = next(index for index in count() if index not in done)
        for frame, faces in _found(source.frames(first), done, record, config):
            for number, face in enumerate(faces):
                _keep_picture(frame, number, face, record, config)
            alignments.add(_frame_record(frame), faces)
            context.emit(Progress("extract", frame.index + 1, source.facts.frames))
            if context.stopped():
                finished = False
                break
        frames, with_face, total = alignments.counts()
    seconds = round(time.perf_counter() - began, 2)
    return ExtractReport(
        frames=frames, frames_with_face=with_face, faces=total, seconds=seconds, alignments=path,
        faces_folder=config.faces, finished=finished,
    )  # fmt: skip


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


def _keep_picture(frame: Frame, number: int, face: FaceRecord, source: SourceRecord, config: ExtractConfig) -> None:
    from omote.alignments.describe import face_picture

    if config.faces is not None:
        name = f"{Path(frame.name).stem}_{number}.png"
        write_bytes(config.faces / name, face_picture(frame.rgb, face, source, config.size), durable=False)


def _frame_record(frame: Frame) -> FrameRecord:
    from omote.alignments.record import FrameRecord

    return FrameRecord(frame.index, frame.pts, frame.name)

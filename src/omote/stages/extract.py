"""Find, align and follow the faces of footage; alignments and face pictures come out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import MediaError
from omote.core.events import Note
from omote.stages.context import Context, Report
from omote.stages.extracting.config import ExtractConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omote.stages.extracting.one_source import Recognition

__all__ = ["ExtractConfig", "ExtractReport", "run"]


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
    from omote.stages.extracting.one_source import Recognition

    began = time.perf_counter()
    look = config.look
    prepare(
        (look.detector, look.landmarker, config.identifier, config.quality, *config.masks), context.emit,
        context.stopped,
    )  # fmt: skip
    people = Recognition(config)
    reports: list[ExtractReport] = []
    unread: list[MediaError] = []
    for source in config.sources:
        try:
            reports.append(_one(source, config, people, context))
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


def _one(path: Path, config: ExtractConfig, people: Recognition, context: Context) -> ExtractReport:
    from omote.alignments.describe import source_record
    from omote.alignments.store import Alignments
    from omote.media.source import open_source
    from omote.stages.extracting.one_source import Extraction

    began = time.perf_counter()
    source = open_source(path)
    place = _place(config, path)
    with Alignments.open(place, source_record(source.facts)) as alignments:
        alignments.settle(_settings(config))
        finished = Extraction(source, alignments, config, people, context).run()
        frames, with_face, total = alignments.counts()
        names = alignments.people()
    return ExtractReport(
        frames=frames, frames_with_face=with_face, faces=total, people=len(names),
        seconds=round(time.perf_counter() - began, 2), alignments=place, faces_folder=config.faces, finished=finished,
    )  # fmt: skip


def _place(config: ExtractConfig, source: Path) -> Path:
    """Return where the alignments of one of the sources lie."""
    from omote.alignments.store import SUFFIX

    name = f"{source.stem}{SUFFIX}"
    if config.alignments is None:
        return (config.faces or Path()) / name
    return config.alignments if config.alignments.suffix and len(config.sources) == 1 else config.alignments / name


def _settings(config: ExtractConfig) -> dict[str, object]:
    follow = {f"follow.{name}": value for name, value in config.follow.model_dump().items()}
    return {**config.look.model_dump(), **follow, "identifier": config.identifier}


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

"""Lists of frames: those that lack something, and those with none or several faces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import SettingError, Stopped
from omote.core.events import Note, Progress
from omote.core.files import check_free, write_bytes
from omote.stages.context import Context, Report
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.jobs.footage import check_output, with_footage, write_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from omote.alignments.locate import Target
    from omote.alignments.store import Alignments
    from omote.media.source import Source


class FoundFrame(Report):
    """A frame: its source, its place from 0, its name, and how many faces are kept in it."""

    source: str
    frame: int
    name: str
    faces: int


class FoundReport(Report):
    """Which frames were found.

    Attributes:
        count: how many.
        written: frames, or face pictures, copied to the output.
        output: where.
        found: the frames.
    """

    count: int
    written: int
    output: Path | None
    found: list[FoundFrame]


def missing_frames(config: AlignmentsConfig, context: Context) -> FoundReport:
    """List the frames that were looked at and that the footage lacks now: pictures by name, those of a video by place.

    Raises:
        AlignmentsError: the alignments cannot be used.
        SettingError: an output is named, though there is nothing to copy; or the footage is not found.
        Stopped: someone stopped it.
    """
    if config.output is not None:
        raise SettingError("frames that are missing cannot be copied", config.output, "leave out -o")
    with with_footage(config, same=False) as (alignments, source):
        _tell_change(alignments, source, context)
        there = {_key(source, index, name) for index, name in _walk(source, context)}
        rows = _with_faces(alignments, lambda faces: True)
        return _report([row for row in rows if _key(source, row.frame, row.name) not in there], config)


def missing_alignments(config: AlignmentsConfig, context: Context) -> FoundReport:
    """List the frames of the footage that were never looked at, and copy them where that is asked for.

    Raises:
        AlignmentsError: the alignments cannot be used.
        SettingError: the footage is not found.
        OmoteError: the output is there already, or cannot be written.
        Stopped: someone stopped it.
    """
    with with_footage(config, same=False) as (alignments, source):
        if config.output is not None:
            check_output(config, source)
        _tell_change(alignments, source, context)
        name, looked = alignments.source.name, alignments.frames()
        known = {_key(source, frame.index, frame.name) for frame in looked}
        rows = [
            FoundFrame(source=name, frame=index, name=frame, faces=0)
            for index, frame in _walk(source, context)
            if _key(source, index, frame) not in known
        ]
        return _report(rows, config, write_frames(source, {row.frame for row in rows}, config, context))


def no_faces(config: AlignmentsConfig, context: Context) -> FoundReport:
    """List the frames that were looked at and have no kept face, and copy them where that is asked for.

    Raises:
        OmoteError: as `missing_alignments` says.
        Stopped: someone stopped it.
    """
    return _by_count(config, context, lambda faces: faces == 0)


def multi_faces(config: AlignmentsConfig, context: Context) -> FoundReport:
    """List the frames with several kept faces.

    What is copied, where that is asked for, are the faces' pictures, or the frames where the footage is named.

    Raises:
        OmoteError: as `missing_alignments` says, or there is no folder of faces.
        Stopped: someone stopped it.
    """
    from omote.alignments.locate import locate

    target = locate(config.target, config.faces)
    if config.output is None or config.source is not None or target.source is not None:
        return _by_count(config, context, lambda faces: faces > 1)
    check_free(config.output, overwrite=config.overwrite)
    rows, written = [], 0
    for alignments in _each(target):
        found = _with_faces(alignments, lambda faces: faces > 1)
        frames = {row.frame for row in found}
        written += _copy_pictures(target.folder, alignments.source.fingerprint, frames, config.output, context)
        rows += found
    return _report(rows, config, written)


def _by_count(config: AlignmentsConfig, context: Context, counts: Callable[[int], bool]) -> FoundReport:
    from omote.alignments.locate import locate

    if config.output is None:
        every = _each(locate(config.target, config.faces))
        return _report([row for alignments in every for row in _with_faces(alignments, counts)], config)
    with with_footage(config) as (alignments, source):
        check_output(config, source)
        rows = _with_faces(alignments, counts)
        return _report(rows, config, write_frames(source, {row.frame for row in rows}, config, context))


def _each(target: Target) -> Iterator[Alignments]:
    from omote.alignments.store import Alignments

    for file in target.files:
        with Alignments.open(file) as alignments:
            yield alignments


def _with_faces(alignments: Alignments, counts: Callable[[int], bool]) -> list[FoundFrame]:
    faces, source = alignments.faces_by_frame(), alignments.source.name
    return [
        FoundFrame(source=source, frame=frame.index, name=frame.name, faces=faces.get(frame.index, 0))
        for frame in alignments.frames()
        if counts(faces.get(frame.index, 0))
    ]


def _walk(source: Source, context: Context) -> Iterator[tuple[int, str]]:
    for frame in source.frames():
        if context.stopped():
            raise Stopped
        context.emit(Progress("look", frame.index + 1, source.facts.frames))
        yield frame.index, frame.name


def _key(source: Source, index: int, name: str) -> int | str:
    # A video's frames are called after its file, which may have another name now.
    return index if source.facts.kind == "video" else name


def _tell_change(alignments: Alignments, source: Source, context: Context) -> None:
    if alignments.source.fingerprint != source.facts.fingerprint:
        context.emit(Note(f"{source.facts.path.name} is not, or no longer, what {alignments.path.name} was made of"))


def _copy_pictures(folder: Path, fingerprint: str, frames: set[int], output: Path, context: Context) -> int:
    from omote.alignments.folder import face_pictures

    written = 0
    for path, record in face_pictures(folder):
        if record.source.fingerprint == fingerprint and record.face.frame.index in frames:
            if context.stopped():
                raise Stopped
            write_bytes(output / path.relative_to(folder), path.read_bytes(), durable=False)
            written += 1
    return written


def _report(found: list[FoundFrame], config: AlignmentsConfig, written: int = 0) -> FoundReport:
    return FoundReport(count=len(found), written=written, output=config.output, found=found)

"""Jobs on a folder of face pictures: alignments anew from it, alignments that follow it, and names for its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import AlignmentsError, Stopped
from omote.core.events import Progress
from omote.stages.clean import CleanConfig, CleanReport
from omote.stages.clean import run as clean
from omote.stages.context import Context, Report
from omote.stages.jobs.config import AlignmentsConfig
from omote.stages.moving import Moved, carry, moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.alignments.record import PictureRecord
    from omote.core.types import Frame
    from omote.media.source import Source


class Rebuilt(Report):
    """Alignments that were made anew. Unfinished ones know the frames with a picture; extract looks at the rest."""

    alignments: Path
    frames: int
    faces: int
    finished: bool


class RebuiltReport(Report):
    """The alignments that were made anew, one of each source."""

    files: list[Rebuilt]


class RenamedReport(Report):
    """Which pictures have another name now, or would have in a dry run."""

    count: int
    dry_run: bool
    renamed: list[Moved]


def from_faces(config: AlignmentsConfig, context: Context) -> RebuiltReport:
    """Make alignments anew from a folder of face pictures, of every source that it has faces of.

    They are finished, so that convert takes them, only when the footage is named and has the frames that the pictures
    say; all its other frames count as looked at and empty then.

    Raises:
        OmoteError: there is no such folder, it has no face picture, or there are alignments already.
        AlignmentsError: a record cannot be read, or the footage is none that the faces are of.
        Stopped: someone stopped it; nothing is left.
    """
    from omote.alignments.folder import face_pictures
    from omote.alignments.rebuild import confirm, rebuilt
    from omote.media.source import open_source

    source = None if config.source is None else open_source(config.source)
    with rebuilt(
        _told(face_pictures(config.target), context), config.output or config.target, overwrite=config.overwrite
    ) as files:
        if not files:
            raise AlignmentsError("no face picture of omote's in this folder", config.target)
        if source is not None:
            own = [each for each in files.values() if each.source.fingerprint == source.facts.fingerprint]
            if not own:
                raise AlignmentsError("none of the faces is of this footage", source.facts.path)
            confirm(own[0], _watched(source, context))
        report = [
            Rebuilt(alignments=file, frames=each.counts()[0], faces=each.counts()[2], finished=each.finished)
            for file, each in files.items()
        ]
    return RebuiltReport(files=report)


def original_names(config: AlignmentsConfig, context: Context) -> RenamedReport:
    """Give face pictures the names that extract gives: `<frame>_<number>.png`; sub-folders stay.

    Raises:
        OmoteError: there is no such folder, or a file is in the way.
        AlignmentsError: a picture's record cannot be read.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.alignments.renaming import original_names

    return _renamed(original_names, config, context)


def left_to_right(config: AlignmentsConfig, context: Context) -> RenamedReport:
    """Give face pictures the names `<frame>_<number>.png`, with the faces of a frame numbered from left to right.

    Raises:
        OmoteError, AlignmentsError, Stopped: as `original_names`.
    """
    from omote.alignments.renaming import left_to_right

    return _renamed(left_to_right, config, context)


def remove_faces(config: AlignmentsConfig, context: Context) -> CleanReport:
    """Reject the faces whose picture is no longer in the folder, as `omote clean` does, and the next extract would.

    Raises:
        AlignmentsError: there are no alignments, or the folder has no face picture at all.
        OmoteError: as `alignments.folder.follow`.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.alignments.locate import locate

    target = locate(config.target, config.faces)
    alignments = target.files[0] if len(target.files) == 1 else target.files[0].parent
    return clean(CleanConfig(faces=target.folder, alignments=alignments, dry_run=config.dry_run), context)


def _renamed(names: Callable[[Path], dict[Path, Path]], config: AlignmentsConfig, context: Context) -> RenamedReport:
    from omote.curation.moves import planned

    folder = config.faces or config.target
    # What an earlier run left half done needs no finishing: the names follow from what is there.
    plan = planned(folder, f"alignments {config.job}", names(folder))
    if not config.dry_run:
        carry(plan, context)
    rows = sorted(moved(plan), key=lambda row: row.old)
    return RenamedReport(count=len(rows), dry_run=config.dry_run, renamed=rows)


def _told(pictures: Iterator[tuple[Path, PictureRecord]], context: Context) -> Iterator[tuple[Path, PictureRecord]]:
    for done, picture in enumerate(pictures, 1):
        if context.stopped():
            raise Stopped
        yield picture
        context.emit(Progress("read", done, 0, "faces"))


def _watched(source: Source, context: Context) -> Iterator[Frame]:
    for frame in source.frames():
        if context.stopped():
            raise Stopped
        yield frame
        context.emit(Progress("look", frame.index + 1, source.facts.frames))

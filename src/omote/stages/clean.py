"""Let alignments follow their folder: faces whose picture was deleted or set aside count no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import AlignmentsError
from omote.core.events import Note
from omote.stages.context import Context, Report
from omote.stages.moving import carry, finish, watching

if TYPE_CHECKING:
    from collections.abc import Collection

    from omote.alignments.record import FaceRecord
    from omote.alignments.store import Alignments


class CleanConfig(Config):
    """Settings of clean."""

    faces: Path = Field(description="folder of face pictures")
    alignments: Path | None = Field(
        None, description="alignments file, or folder of such, where they do not lie with the faces"
    )
    restore: bool = Field(
        False, description="take back all that was deleted or set aside; what is gone is made anew by the next extract"
    )
    dry_run: bool = Field(False, description="only say what would be done")


class Followed(Report):
    """Alignments after they followed their folder, or as they would be.

    Attributes:
        source: name of the footage.
        alignments: the file.
        rejected: faces that count no more since just now, their picture being deleted or set aside.
        set_aside: how many of those wait in `.aside`.
        taken_back: faces that count again since just now.
        to_make: how many of those have no picture until the next extract makes it.
        kept: faces that count.
    """

    source: str
    alignments: Path
    rejected: int
    set_aside: int
    taken_back: int
    to_make: int
    kept: int


class CleanReport(Report):
    """What following the folder changed, by source, and the ids of the faces that were rejected and taken back."""

    dry_run: bool
    pictures: int
    brought_back: int
    files: list[Followed]
    rejected: list[str]
    taken_back: list[str]


def run(config: CleanConfig, context: Context) -> CleanReport:
    """Reject the faces whose picture is no longer in the folder; keep again those whose picture came back.

    A rejected face is never made again by extract, until it is restored.

    Raises:
        AlignmentsError: there are no alignments, or the folder has no face picture at all.
        OmoteError: as `alignments.folder.follow`, or a file is in the way.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.alignments.locate import locate
    from omote.curation.returning import aside

    files = locate(config.alignments or config.faces, config.faces).files
    finish(config.faces, context, dry_run=config.dry_run)
    there = _there(config, context)
    waiting = aside(config.faces)
    returned = _return(config, files, there, context) if config.restore else set()
    if not there and not returned:
        what = "no face picture in this folder"
        raise AlignmentsError(what, config.faces, "name the one that has them, or make them anew: extract --restore")
    report = follow_all(
        config.faces, files, there | returned, waiting.keys() - returned, restore=config.restore,
        dry_run=config.dry_run,
    )  # fmt: skip
    to_make = sum(each.to_make for each in report.files)
    if to_make and not config.dry_run:
        context.emit(Note(f"{to_make} faces have no picture: the next omote extract makes them"))
    return report.model_copy(update={"pictures": len(there | returned), "brought_back": len(returned)})


def follow_all(
    folder: Path, files: Collection[Path], there: Collection[str], waiting: Collection[str] = (), *,
    restore: bool = False, dry_run: bool = False,
) -> CleanReport:  # fmt: skip
    """Let alignments follow a folder.

    Args:
        folder: of face pictures.
        files: alignments.
        there: ids of the faces that have their picture in the folder.
        waiting: ids of the faces whose picture is set aside.
        restore: reject none, and take back all that were.
        dry_run: only say what would be done.

    Raises:
        AlignmentsError: one of them cannot be used.
        OmoteError: as `alignments.folder.follow`.
    """
    from omote.alignments.folder import follow
    from omote.alignments.store import Alignments
    from omote.alignments.tables import State

    report, gone_of_all, back_of_all = [], [], []
    for file in files:
        with Alignments.open(file) as alignments:
            deleted = {face for face, why in alignments.rejections().items() if why is State.DELETED}
            gone = alignments.pictured().difference(there)
            back = deleted if restore else deleted.intersection(there)
            to_make = (gone | deleted).difference(there) if restore else set()
            kept = len(alignments.ids() | back) - (0 if restore else len(gone))
            if not dry_run and restore:
                _restore(alignments, there)
            elif not dry_run:
                follow(alignments, folder, there)
            report.append(
                Followed(
                    source=alignments.source.name, alignments=file, rejected=0 if restore else len(gone),
                    set_aside=0 if restore else len(gone.intersection(waiting)), taken_back=len(back),
                    to_make=len(to_make), kept=kept,
                )
            )  # fmt: skip
            gone_of_all += [] if restore else sorted(gone)
            back_of_all += sorted(back)
    return CleanReport(
        dry_run=dry_run, pictures=len(there), brought_back=0, files=report, rejected=gone_of_all,
        taken_back=back_of_all,
    )  # fmt: skip


def _restore(alignments: Alignments, there: Collection[str]) -> None:
    alignments.picture(alignments.pictured().difference(there), pictured=False)
    alignments.restore()
    alignments.picture(alignments.ids().intersection(there))


def _there(config: CleanConfig, context: Context) -> set[str]:
    from omote.alignments.folder import face_pictures

    watch, there = watching(context, "read"), set()
    for done, (_, record) in enumerate(face_pictures(config.faces), 1):
        there.add(record.face.id)
        watch(done, 0)
    return there


def _return(config: CleanConfig, files: Collection[Path], there: Collection[str], context: Context) -> set[str]:
    """Bring pictures back from aside, but for people whom extract was told to leave out, and return their faces."""
    from omote.alignments.png import read_record
    from omote.alignments.store import Alignments
    from omote.alignments.tables import State
    from omote.curation.returning import returning

    unwanted: set[str] = set()
    for file in files:
        with Alignments.open(file) as alignments:
            unwanted |= {face for face, why in alignments.rejections().items() if why is State.UNWANTED}

    def wanted(face: FaceRecord) -> bool:
        return face.id not in unwanted

    plan = returning(config.faces, there, wanted)
    records = [read_record(config.faces / move.source) for move in plan.entry.moves]
    if not config.dry_run:
        carry(plan, context)
    return {record.face.id for record in records if record is not None}

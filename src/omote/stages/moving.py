"""What the stages that move face pictures share: going on after a kill, carrying out, undoing, and telling of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from omote.curation.faces import Watch
    from omote.curation.moves import Plan


class AsideConfig(Config):
    """What the stages that set face pictures aside have in common."""

    faces: Path = Field(description="folder of face pictures")
    dry_run: bool = Field(False, description="only say what would be set aside")
    undo: bool = Field(False, description="put back what was last moved in the folder, by whatever command")


class Moved(Report):
    """A file's place before and after, relative to the folder; the old place of a copy is a whole path."""

    old: str
    new: str


def watching(context: Context, step: str, unit: str = "faces") -> Watch:
    """Return what a long piece of work tells how far it is; it raises `Stopped` when someone stopped it."""

    def watch(done: int, total: int) -> None:
        context.emit(Progress(step, done, total, unit))
        if context.stopped():
            raise Stopped

    return watch


def finish(folder: Path, context: Context, *, dry_run: bool = False) -> None:
    """Carry out what a kill left half done in a folder; a stage begins with it.

    Raises:
        OmoteError: a file is in the way, or it is a dry run, which moves nothing.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.moves import unfinished

    rest = unfinished(folder)
    if rest is None:
        return
    if dry_run:
        do = "run any such command without --dry-run to finish it, or --undo"
        raise OmoteError(f"an earlier run was cut short ({rest.entry.what})", folder, do)
    context.emit(Note(f"finishing what an earlier run left half done: {rest.entry.what}"))
    carry(rest, context)


def carry(plan: Plan, context: Context) -> None:
    """Carry out a plan; one without moves leaves no trace, but for an undoing.

    Raises:
        OmoteError: a file is in the way, or the system refuses.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.moves import carry_out

    total = len(plan.entry.moves)
    if total == 0 and plan.entry.kind != "undo":
        return
    for done, _ in enumerate(carry_out(plan), 1):
        context.emit(Progress("move", done, total, "faces"))
        if context.stopped() and done < total:
            raise Stopped


def undo(folder: Path, context: Context, *, dry_run: bool = False) -> Plan:
    """Put back what was last done in a folder, or only say what would be, and return how.

    A file stays where it is when it is no longer where it was put, or when its old place is taken.

    Raises:
        OmoteError: there is nothing to undo, or a file is in the way.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.moves import undoing, unfinished

    rest = unfinished(folder)
    plan = rest if rest is not None and rest.entry.kind == "undo" else undoing(folder)
    if not dry_run:
        carry(plan, context)
    return plan


def moved(plan: Plan) -> list[Moved]:
    """Return the moves of a plan for a report."""
    return [Moved(old=move.source.as_posix(), new=move.target.as_posix()) for move in plan.entry.moves]

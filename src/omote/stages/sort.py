"""Sort face pictures by who they are, pose, sharpness, light and more, or group them into folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.events import Note
from omote.stages.context import Context, Report
from omote.stages.moving import Moved, carry, finish, moved, undo, watching

if TYPE_CHECKING:
    from omote.curation.moves import Plan
    from omote.perception.recognising import Recogniser

Method = Literal[
    "face", "blur", "blur-fft", "yaw", "pitch", "roll", "size", "distance", "histogram", "brightness", "luma", "green",
    "orange", "black", "track", "time", "name",
]  # fmt: skip

HELP: dict[Method, str] = {
    "face": "who it is; most frequent person first, each from typical to odd, then those who are like nobody",
    "blur": "sharpest first",
    "blur-fft": "most fine detail first, whatever the light",
    "yaw": "from the left to the right of the picture",
    "pitch": "from looking down to looking up",
    "roll": "from leaning left to leaning right",
    "size": "largest in the source first",
    "distance": "from the mean face in this pose; misalignments last",
    "histogram": "alike in light and colour side by side",
    "brightness": "darkest first, as the eye sees the face",
    "luma": "darkest first, as the file has the face",
    "green": "from magenta to green",
    "orange": "from blue to orange",
    "black": "least black, or beyond the border of the frame, first",
    "track": "shot by shot, as they were followed",
    "time": "as they come in their sources",
    "name": "by name, without the numbers of an earlier sorting",
}


class SortConfig(Config):
    """Settings of sort."""

    faces: Path = Field(description="folder of face pictures")
    by: Method = Field("face", description="".join(f"{method}: {text}\n" for method, text in HELP.items()))
    group: bool = Field(False, description="a folder for each group, in place of a number before each name")
    keep: bool = Field(False, description="copy into the output and leave the faces as they are")
    output: Path | None = Field(
        None, description="folder to sort into; inside that of the faces, or with --keep anywhere else"
    )
    dry_run: bool = Field(False, description="only say what would be done")
    undo: bool = Field(False, description="put back what was last sorted or set aside in the folder")
    identifier: str = Field("dlib-resnet", description="plugin that tells people apart")

    @model_validator(mode="after")
    def _goes_together(self) -> SortConfig:
        if self.keep and self.output is None:
            raise ValueError("keep needs a folder for the copies, named with -o")
        return self


class Grouped(Report):
    """A group and how many faces it has."""

    name: str
    faces: int


class SortReport(Report):
    """What was sorted, or would be in a dry run, which lists every move; else the log has them."""

    by: Method
    faces: int
    moved: int
    folder: Path
    log: Path
    dry_run: bool
    groups: list[Grouped]
    moves: list[Moved]


class UndoneReport(Report):
    """What was put back, or would be in a dry run, which lists every move; and the files that stay where they are."""

    undone: str
    moved: int
    left: list[str]
    dry_run: bool
    moves: list[Moved]


def run(config: SortConfig, context: Context) -> SortReport | UndoneReport:
    """Sort a folder of face pictures; a run that was cut short is finished first.

    Faces are known by the records in their pictures, so extract, masks and alignments find every one under its new
    name. Sorted without groups, each stays in its sub-folder.

    Raises:
        OmoteError: there is no such folder or no face in it, faces would leave it, or a file is in the way.
        AlignmentsError: a picture's record cannot be read.
        MediaError: a picture cannot be read.
        SettingError: the identifier is not known.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.faces import faces_in
    from omote.curation.move_log import LOG
    from omote.curation.sorting import arranged, sorted_by

    where = config.output if config.keep and config.output else config.faces
    if config.undo:
        return _undone(undo(where, context, dry_run=config.dry_run), config)
    finish(where, context, dry_run=config.dry_run)
    faces = faces_in(config.faces, watching(context, "read"))
    groups = sorted_by(config.by, faces, lambda: _recogniser(config, context), watching(context, "look"))
    plan = arranged(
        config.faces, config.by, groups, grouped=config.group, output=config.output, copies=config.keep
    )  # fmt: skip
    if not config.dry_run:
        carry(plan, context)
        if not config.keep and plan.entry.moves:
            context.emit(Note("--undo puts every file back"))
    return SortReport(
        by=config.by, faces=len(faces), moved=len(plan.entry.moves), folder=plan.folder, log=plan.folder / LOG,
        dry_run=config.dry_run, groups=[Grouped(name=group.name, faces=len(group.faces)) for group in groups],
        moves=moved(plan) if config.dry_run else [],
    )  # fmt: skip


def _undone(plan: Plan, config: SortConfig) -> UndoneReport:
    return UndoneReport(
        undone=plan.entry.what, moved=len(plan.entry.moves), left=[path.as_posix() for path in plan.left],
        dry_run=config.dry_run, moves=moved(plan) if config.dry_run else [],
    )  # fmt: skip


def _recogniser(config: SortConfig, context: Context) -> Recogniser:
    from omote.perception.preparing import prepare
    from omote.perception.recognising import Recogniser
    from omote.perception.registry import identifier

    prepare((config.identifier,), context.emit, context.stopped)
    return Recogniser(config.identifier, identifier(config.identifier))

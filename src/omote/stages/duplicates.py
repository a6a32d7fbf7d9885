"""Set aside face pictures that are the same as a sharper one."""

from __future__ import annotations

from omote.stages.context import Context, Report
from omote.stages.moving import AsideConfig, Moved, carry, finish, moved, undo, watching


class DuplicatesConfig(AsideConfig):
    """Settings of duplicates."""


class Duplicate(Report):
    """A picture that is one of another, sharper one."""

    picture: str
    same_as: str


class DuplicatesReport(Report):
    """What was set aside, or would be in a dry run; what was put back by an undo."""

    dry_run: bool
    faces: int
    duplicates: list[Duplicate]
    moved: list[Moved]
    undone: bool = False


def run(config: DuplicatesConfig, context: Context) -> DuplicatesReport:
    """Move all but the sharpest of each picture to `.aside/duplicate/`; nothing is deleted.

    Raises:
        OmoteError: there is no such folder, it has no face, or a file cannot be moved.
        MediaError: a picture cannot be read.
        AlignmentsError: a record cannot be read.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.duplicates import duplicates
    from omote.curation.faces import faces_in
    from omote.curation.glimpse import glimpses
    from omote.curation.moves import set_aside

    folder = config.faces
    if config.undo:
        back = moved(undo(folder, context, dry_run=config.dry_run))
        return DuplicatesReport(dry_run=config.dry_run, faces=len(back), duplicates=[], moved=back, undone=True)
    finish(folder, context, dry_run=config.dry_run)
    faces = faces_in(folder, watching(context, "read"))
    found = duplicates(faces, glimpses(faces, watching(context, "look")), watching(context, "compare"))
    plan = set_aside(folder, [faces[place].path for place in sorted(found)], "duplicate")
    if not config.dry_run:
        carry(plan, context)
    names = [face.path.relative_to(folder).as_posix() for face in faces]
    pairs = [Duplicate(picture=names[one], same_as=names[other]) for one, other in sorted(found.items())]
    return DuplicatesReport(dry_run=config.dry_run, faces=len(faces), duplicates=pairs, moved=moved(plan))

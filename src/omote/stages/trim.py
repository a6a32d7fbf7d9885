"""Keep so many faces that together cover pose, light and expression; set the rest aside."""

from __future__ import annotations

from pydantic import Field, model_validator

from omote.stages.context import Context, Report
from omote.stages.moving import AsideConfig, Moved, carry, finish, moved, undo, watching


class TrimConfig(AsideConfig):
    """Settings of trim."""

    to: int | None = Field(None, ge=1, description="how many faces to keep")

    @model_validator(mode="after")
    def _says_how_many(self) -> TrimConfig:
        if self.to is None and not self.undo:
            raise ValueError("say how many faces to keep: --to 5000")
        return self


class TrimReport(Report):
    """What is kept and what was set aside, or would be in a dry run; what was put back by an undo.

    Attributes:
        gap_mean, gap_most: how far a face lies from the nearest one that is kept, over all faces; 1 is what one sees
            at once as another pose, light or expression. None where nothing was chosen.
    """

    dry_run: bool
    faces: int
    kept: int
    gap_mean: float | None
    gap_most: float | None
    moved: list[Moved]
    undone: bool = False


def run(config: TrimConfig, context: Context) -> TrimReport:
    """Move all but the chosen faces to `.aside/trimmed/`; nothing is deleted.

    Raises:
        OmoteError: there is no such folder, it has no face, or a file cannot be moved.
        MediaError: a picture cannot be read.
        AlignmentsError: a record cannot be read.
        Stopped: someone stopped it; the same again goes on.
    """
    from omote.curation.aspects import aspects
    from omote.curation.faces import faces_in
    from omote.curation.glimpse import glimpses
    from omote.curation.moves import set_aside
    from omote.curation.selection import chosen, gaps

    folder = config.faces
    if config.undo or config.to is None:
        back = moved(undo(folder, context, dry_run=config.dry_run))
        return TrimReport(
            dry_run=config.dry_run, faces=len(back), kept=len(back), gap_mean=None, gap_most=None, moved=back,
            undone=True,
        )  # fmt: skip
    finish(folder, context, dry_run=config.dry_run)
    faces = faces_in(folder, watching(context, "read"))
    seen = aspects(faces, glimpses(faces, watching(context, "look")))
    keep = chosen(seen, config.to, watching(context, "choose"))
    apart = gaps(seen, keep)
    kept = set(keep.tolist())
    plan = set_aside(folder, [face.path for place, face in enumerate(faces) if place not in kept], "trimmed")
    if not config.dry_run:
        carry(plan, context)
    return TrimReport(
        dry_run=config.dry_run, faces=len(faces), kept=len(kept), gap_mean=round(float(apart.mean()), 3),
        gap_most=round(float(apart.max()), 3), moved=moved(plan),
    )  # fmt: skip

"""Pictures to look at before hours of work: who is swapped by what and where, and one face under every choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omote.core.errors import Stopped
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.imaging.crops import corners
from omote.imaging.overlay import colour_of, draw_label, draw_outline, draw_points
from omote.imaging.pictures import encode_jpeg, encode_png
from omote.media.pictures import frame_stem
from omote.stages.converting.pipeline import planner
from omote.swapping.choices import choices, choices_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from omote.core.types import Frame, Picture
    from omote.stages.context import Context
    from omote.stages.converting.pipeline import Job
    from omote.swapping.config import CompositeConfig
    from omote.swapping.plan import Planned
    from omote.swapping.routes import Routes
    from omote.swapping.swapper import Swapper

CHOICES = "choices.png"
_UNKNOWN = 100  # frames from one picture to the next where nobody knows how many there are


def write_preview(
    job: Job, swapper: Swapper, composite: CompositeConfig, folder: Path, pictures: int, context: Context
) -> int:
    """Write pictures of the plan, spread evenly over its frames, and `choices.png`; return how many show the plan.

    Args:
        job: what is planned.
        swapper: makes the face of `choices.png`: the largest of the first frame that has one.
        composite: all settings of the composite but those that are to be chosen.
        folder: is made where it is not there.
        pictures: about how many.
        context: who watches.

    Raises:
        MediaError: the source cannot be read.
        OmoteError: a picture cannot be written.
        Stopped: someone stopped it.
    """
    spans, written, chosen = job.spans, 0, False
    end = spans.end if spans.end is not None else job.source.facts.frames
    step = max(1, (end - spans.first) // pictures) if end else _UNKNOWN
    with planner(job, spans.first) as planning:
        for frame in job.source.frames(spans.first):
            if spans.over(frame.index):
                break
            if context.stopped():
                raise Stopped
            shown = (frame.index - spans.first) % step == 0
            if not spans.holds(frame.index) or not (shown or not chosen):
                continue
            plan = planning.plan(frame.index)
            if plan and not chosen:
                chosen = _choose(frame, plan[-1], swapper, composite, folder / CHOICES)
            if shown:
                write_bytes(folder / f"{frame_stem(frame.name)}.jpg", encode_jpeg(drawn(frame.rgb, plan, job.routes)))
                written += 1
                context.emit(Progress("preview", frame.index + 1 - spans.first, max(0, end - spans.first)))
    if not chosen:
        context.emit(Note("no frame has a face that is to be swapped"))
    return written


def drawn(rgb: Picture, plan: Sequence[Planned], routes: Routes) -> Picture:
    """Return a frame with the squares that the networks see, the points, and who is swapped by what."""
    picture = rgb.copy()
    for each in plan:
        face, edge = each.face, corners(each.placed.matrix, each.placed.size)
        colour = colour_of(face.person or each.track)
        draw_outline(picture, edge, colour)
        draw_points(picture, each.placed.landmarks, colour)
        who = f"{face.person or 'somebody'}, track {each.track}"
        what = f"{routes.models[each.route.model].name}: {each.route.side}"
        draw_label(picture, f"{who} > {what}", (float(edge[:, 0].min()), float(edge[:, 1].min()) - 4), colour)
    return picture


def _choose(frame: Frame, planned: Planned, swapper: Swapper, composite: CompositeConfig, path: Path) -> bool:
    """Write one face under every choice; return whether it is in the frame."""
    ((made,),) = swapper.make([frame], [[planned]])
    shown = choices(frame.rgb, planned.placed, made.swapped, composite)
    if shown:
        write_bytes(path, encode_png(choices_sheet(shown)))
    return bool(shown)

"""From a source to swapped frames, each step ahead of the next in a thread of its own: decode, swap, write.

Frames are taken in groups that do not depend on where a run begins, so that a run that goes on makes the same.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Generic, TypeVar

from omote.core.ahead import ahead
from omote.core.errors import AlignmentsError, MediaError
from omote.media.cuts import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from omote.core.types import Frame
    from omote.media.cuts import Cuts
    from omote.media.source import Source
    from omote.stages.converting.spans import Spans
    from omote.swapping.config import PlanConfig
    from omote.swapping.plan import Planned, Planner
    from omote.swapping.routes import Routes
    from omote.swapping.swapper import Made, Swapper
    from omote.swapping.trained import Trained

T = TypeVar("T")
_HELD = 256 * 2**20  # bytes of frames in one group, at most
_DECODED = 4  # frames that are decoded ahead


@dataclass(frozen=True, slots=True, eq=False)
class Done(Generic[T]):
    """A frame's result, or what went wrong with it.

    Attributes:
        frame: as it was.
        faces: how many were swapped.
        made: the result, or what went wrong.
    """

    frame: Frame
    faces: int
    made: T | Exception


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What is to be done to a source.

    Attributes:
        source: the footage.
        alignments: of it.
        spans: which frames are swapped.
        keeps_others: whether frames outside of the spans are given as they are; else they are left out.
        routes: what makes whose face.
        models: that the routes count.
        plan: how faces are planned.
        size: frames whose faces are made together, at most.
        cuts: what of the source's time is left out between the frames that are given.
    """

    source: Source
    alignments: Path
    spans: Spans
    keeps_others: bool
    routes: Routes
    models: tuple[Trained, ...]
    plan: PlanConfig
    size: int
    cuts: Cuts = NONE

    @property
    def together(self) -> int:
        """Frames of a group: so many that they fit into memory."""
        facts = self.source.facts
        sample = 2 if facts.depth > 8 else 1
        return max(1, min(self.size, _HELD // (facts.width * facts.height * 3 * sample)))

    def group(self, index: int) -> int:
        """Return the number of the group that a frame is in."""
        return index // (self.together * self.spans.every)

    def begin(self, frame: int, before: int) -> int:
        """Return the frame from which on to work so that `frame` comes out as in an unbroken run.

        Args:
            frame: the first that is wanted.
            before: how many frames before one have a say in it.
        """
        first = 0 if self.keeps_others else self.spans.first
        width = self.together * self.spans.every
        return max(first, (max(frame, first) - before) // width * width)

    def wants(self, index: int) -> bool:
        """Whether a frame is given."""
        return self.spans.chosen(index) and (self.keeps_others or self.spans.holds(index))

    def ended(self, index: int) -> bool:
        """Whether no frame from this one on is given."""
        return not self.keeps_others and self.spans.over(index)


@contextmanager
def swapped(
    job: Job, swapper: Swapper, finish: Callable[[Frame, list[Made]], T], *, start: int = 0, deep: bool = False
) -> Iterator[Iterator[Done[T]]]:
    """Give the results of the frames of a source from number `start` on, in their order.

    Args:
        job: what is to be done.
        swapper: makes the faces.
        finish: makes of a frame and its faces what is given; called in the order of frames, in a thread of its own.
        start: the first frame that is given.
        deep: whether frames of more than 8 bits are read as such.

    Raises:
        MediaError: the source cannot be read further, where the next result would have come.
        AlignmentsError: the alignments are damaged, likewise.
    """
    begin = job.begin(start, swapper.reach)
    with ExitStack() as stack:
        frames = stack.enter_context(ahead(_wanted(job, begin, deep), _DECODED))
        done = stack.enter_context(ahead(_done(job, swapper, finish, frames, begin), job.together))
        yield (each for each in done if each.frame.index >= start)


def _wanted(job: Job, begin: int, deep: bool) -> Iterator[Frame]:
    frames = takewhile(lambda frame: not job.ended(frame.index), job.source.frames(begin, deep=deep))
    return (frame for frame in frames if job.wants(frame.index))


def _done(
    job: Job, swapper: Swapper, finish: Callable[[Frame, list[Made]], T], frames: Iterator[Frame], begin: int
) -> Iterator[Done[T]]:
    with planner(job, begin) as planning:
        for _, group in groupby(frames, lambda frame: job.group(frame.index)):
            together = list(group)
            plans = [_tried(partial(_plan, job, planning, frame.index)) for frame in together]
            for frame, made in zip(together, _made(swapper, together, plans), strict=True):
                if isinstance(made, Exception):
                    yield Done(frame, 0, made)
                else:
                    yield Done(frame, len(made), _tried(partial(finish, frame, made)))


@contextmanager
def planner(job: Job, begin: int) -> Iterator[Planner]:
    """Give what plans the frames from number `begin` on; to be used in the thread that enters."""
    from omote.alignments.store import Alignments
    from omote.swapping.plan import Planner, reach

    crops = [(model.crop, model.network.input_size) for model in job.models]
    with Alignments.open(job.alignments) as alignments:
        faces = alignments.faces(max(0, begin - reach(job.plan)))
        yield Planner(faces, job.routes, crops, job.plan)


def _plan(job: Job, planning: Planner, index: int) -> list[Planned]:
    return planning.plan(index) if job.spans.holds(index) else []


def _made(
    swapper: Swapper, frames: Sequence[Frame], plans: Sequence[list[Planned] | Exception]
) -> Sequence[list[Made] | Exception]:
    """Make the faces of a group together; where that fails, frame by frame, so that it is known which one fails."""
    good = [[] if isinstance(plan, Exception) else plan for plan in plans]
    together = _tried(lambda: swapper.make(frames, good))
    made: Sequence[list[Made] | Exception] = () if isinstance(together, Exception) else together
    if isinstance(together, Exception):
        alone = [_tried(partial(swapper.make, [frame], [plan])) for frame, plan in zip(frames, good, strict=True)]
        made = [each if isinstance(each, Exception) else each[0] for each in alone]
    return [plan if isinstance(plan, Exception) else each for plan, each in zip(plans, made, strict=True)]


def _tried(work: Callable[[], T]) -> T | Exception:
    """Return what work makes, or the fault of this one frame; faults of all of the source go through."""
    try:
        return work()
    except (AlignmentsError, MediaError):
        raise
    except Exception as fault:  # noqa: BLE001 - it is told with the list of frames
        return fault

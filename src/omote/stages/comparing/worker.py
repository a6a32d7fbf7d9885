"""A process that makes one training of a comparison: `python -m omote.stages.comparing.worker JOB.json`.

It speaks to who started it in lines of JSON on its standard output; what libraries print goes to the error stream. It
ends after the step that it is at when its standard input ends, which it does too when who started it is killed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omote.core.claims import InUseError, claimed
from omote.core.config import Config
from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Measured, Note, Progress
from omote.core.files import write_bytes
from omote.runtime.device import DeviceName
from omote.stages import train
from omote.stages.comparing.ground import Ground
from omote.stages.comparing.judging import outcome
from omote.stages.comparing.plan import BudgetPlan
from omote.stages.context import Context
from omote.training.config import LearnConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OUTCOME = "outcome.json"
"""Name of the file, in a training's folder, that says what came out; there is none before it is judged."""

_WAIT = 0.5  # seconds between two looks at whether the process before this one has ended


class Job(Config):
    """One training.

    Attributes:
        place: its folder.
        ground: what it learns from and is judged by.
        learn: all settings of learning.
        budget: when it ends.
        device: where it runs.
        cores: that are its own; empty: any.
    """

    place: Path
    ground: Ground
    learn: LearnConfig
    budget: BudgetPlan
    device: DeviceName
    cores: list[int]


def work(job: Job, context: Context) -> None:
    """Train, going on where it was, and judge what comes out; the outcome is a file in the training's folder.

    Raises:
        OmoteError: it cannot be trained or judged.
        Stopped: someone stopped it; what was learnt is kept.
    """
    with _alone(job.place, context):
        done = train.run(
            train.TrainConfig(
                a=job.ground.a, b=job.ground.b, model=job.place / "model", device=job.device, learn=job.learn,
                **job.budget.model_dump(exclude_none=True),
            ),
            context,
        )  # fmt: skip
        if not done.finished:
            raise Stopped
        found = outcome(job.ground, job.learn, job.place, job.device, context)
        write_bytes(job.place / OUTCOME, found.model_dump_json(indent=1).encode())


@contextmanager
def _alone(place: Path, context: Context) -> Iterator[None]:
    """Hold a training's folder; wait while the process of a comparison that was killed still saves what it has."""
    told = False
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(claimed(place))
                break
            except InUseError:
                if context.stopped():
                    raise Stopped from None
            if not told:
                context.emit(Note("waiting for the process before this one to end"))
            told = True
            time.sleep(_WAIT)
        yield


def line(event: Event) -> dict[str, Any] | None:
    """Return what is said of an event; None where it is not of interest."""
    match event:
        case Progress():
            return {"step": event.step, "done": event.done, "total": event.total, "unit": event.unit}
        case Note(text):
            return {"note": text}
        case Measured():
            return {"iteration": event.iteration, "seconds": event.seconds, "ssim": event.ssim}
        case _:
            return None


def main(arguments: list[str], say: Callable[[dict[str, Any]], None], stopped: Callable[[], bool]) -> None:
    """Make the training of a job's file; a fault that a user can mend is said and not raised."""
    job = Job.checked(json.loads(Path(arguments[0]).read_text("utf-8")))
    if job.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job.cores)  # before torch counts them

    def emit(event: Event) -> None:
        if (said := line(event)) is not None:
            say(said)

    try:
        work(job, Context(emit, stopped))
    except OmoteError as fault:
        say({"fault": str(fault)})
    except Stopped:
        say({"stopped": True})


def _speak() -> Callable[[dict[str, Any]], None]:
    """Keep the standard output for lines of JSON: what anyone else writes there goes to the error stream."""
    sys.stdout.flush()
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def say(said: dict[str, Any]) -> None:
        try:
            channel.write(json.dumps(said) + "\n")
        except BrokenPipeError:  # nobody listens any more; the end of the standard input says so, too
            return

    return say


def _listen() -> Callable[[], bool]:
    """Return what says whether the standard input has ended."""
    ended = threading.Event()

    def wait() -> None:
        while os.read(0, 1024):
            pass
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    return ended.is_set


if __name__ == "__main__":
    main(sys.argv[1:], _speak(), _listen())

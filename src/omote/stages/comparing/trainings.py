"""The loop of a comparison: begin what is to be tried, hear the processes, note what came out, until all is tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from omote.core.errors import SettingError
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.evaluation.study import Lost, Study, Try
from omote.stages.comparing.processes import Processes, last_words
from omote.stages.comparing.results import EARLY
from omote.stages.comparing.shares import cores_here, shares

if TYPE_CHECKING:
    from omote.stages.comparing.results import Results
    from omote.stages.context import Context

_LOOK = 0.5  # seconds between two looks at whether someone wants to stop


def trainings(study: Study, results: Results, troubles: list[Lost], context: Context) -> Iterator[None]:
    """Make all trainings that a study asks for, several at once; give control back whenever some have ended.

    Args:
        study: says what to try.
        results: where it lies.
        troubles: gets each training that had no result.
        context: who watches; told to stop, all trainings keep what they have learnt.

    Raises:
        OmoteError: a folder cannot be written.
    """
    free = shares(results.plan.parallel, cores_here(), _gpus(results))
    running: dict[int, _Training] = {}
    with Processes() as processes:
        while True:
            ended = False
            while free and not context.stopped() and (one := study.next()) is not None:
                training = _Training(one, results, study, troubles, context)
                if training.is_done() or not training.can_begin():
                    ended = True
                    continue
                share = free.pop(0)
                processes.begin(one.number, results.job(one.values, one.seed, share), share)
                training.share, running[one.number] = share, training
            if ended:
                yield
            if not running:
                return
            if context.stopped():
                return  # on leaving, the processes end and keep what they have
            said = processes.hear(_LOOK)
            if said is None:
                continue
            training = running[said.number]
            if training.hear(said.what):
                processes.stop(said.number)
            if "ended" in said.what:
                free.append(training.share)
                del running[said.number]
                yield


def _gpus(results: Results) -> list[str]:
    from omote.runtime.device import gpus

    return gpus() if results.plan.device in ("auto", "cuda") else []


class _Training:
    """A training that a process makes."""

    def __init__(self, one: Try, results: Results, study: Study, troubles: list[Lost], context: Context) -> None:
        self._one, self._results, self._study = one, results, study
        self._troubles, self._context = troubles, context
        (choice,) = results.plan.names([one.values])
        self._name = f"{choice}, seed {one.seed}"
        self._fault = self._early = ""
        self.share = shares(1, [], [])[0]

    def is_done(self) -> bool:
        """Take what came out earlier, which was not noted any more or is of another study in the same folder.

        One that another study ended early is not done: the others that it was poor beside may not be of this one.
        """
        found = self._results.outcome(self._one.values, self._one.seed)
        if found is not None:
            self._study.ended(self._one.number, found.score)
        return found is not None

    def can_begin(self) -> bool:
        """Say whether its settings are allowed together; if not, note it."""
        try:
            self._results.place(self._one.values, self._one.seed)
        except SettingError as fault:
            self._failed(str(fault))
            return False
        self._context.emit(Note(f"{self._name}: begins"))
        return True

    def hear(self, what: dict[str, Any]) -> bool:
        """Take in what its process says; return whether it is to be ended early."""
        match what:
            case {"step": step, "done": done, "total": total, "unit": unit}:
                self._context.emit(Progress(f"{self._name}: {step}", done, total, unit))
            case {"note": note}:
                self._context.emit(Note(f"{self._name}: {note}"))
            case {"iteration": iteration, "seconds": seconds, "ssim": float(ssim)} if not self._early:
                return self._is_poor(iteration, seconds, ssim)
            case {"fault": fault}:
                self._fault = fault
            case {"ended": status}:
                self._end(status)
        return False

    def _is_poor(self, iteration: int, seconds: float, ssim: float) -> bool:
        budget = self._results.plan.budget
        share = iteration / budget.iterations if budget.iterations else seconds / (60 * (budget.minutes or 1))
        if not self._study.should_end(self._one.number, min(share, 1.0), ssim):
            return False
        self._early = (
            f"ended early after {iteration} iterations ({seconds / 60:.1f} minutes), {share:.0%} of its budget: the "
            f"SSIM of its held-out faces, {ssim:.4f}, was below the median of the others at that time"
        )
        self._context.emit(Note(f"{self._name}: {self._early}"))
        return True

    def _end(self, status: int) -> None:
        one, place = self._one, self._results.place(self._one.values, self._one.seed)
        found = self._results.outcome(one.values, one.seed)
        if found is not None:
            (place / EARLY).unlink(missing_ok=True)  # it was ended early before, and has gone on since
            self._study.ended(one.number, found.score)
            self._context.emit(Note(f"{self._name}: {found.score:.4f}"))
        elif self._early:
            write_bytes(place / EARLY, f"{self._early}\n".encode())
            self._study.ended_early(one.number, self._early)
        else:
            self._failed(self._fault or f"its process ended with {status}: {last_words(place)}")

    def _failed(self, why: str) -> None:
        self._troubles.append(Lost(self._one, why))
        self._study.failed(self._one.number)
        self._context.emit(Note(f"{self._name}: no result: {why}"))

"""What a stage tells, shown on a terminal as bars with rate and time left, and elsewhere as lines."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from omote.core.events import Event, Note, Trained
from omote.core.events import Progress as Step

_LINE_SECONDS = 10.0


class Watcher:
    """Shows events; a context manager.

    On a terminal each step has a bar. Elsewhere, as in a log file, a line is printed every ten seconds.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True,
        )  # fmt: skip
        self._steps: dict[str, TaskID] = {}
        self._began: dict[str, tuple[float, int]] = {}
        self._reached: dict[str, int] = {}
        self._said: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        match event:
            case Note(text):
                self._console.print(text, highlight=False, markup=False)
            case Trained() if self._due("loss", last=False):
                self._console.print(loss_line(event), highlight=False, markup=False)
            case Step():
                self._step(event)

    def _step(self, step: Step) -> None:
        if step.done <= self._reached.get(step.step, 0):  # a step of this name begins anew, on another source
            self._forget(step.step)
        self._reached[step.step] = step.done
        began, first = self._began.setdefault(step.step, (time.monotonic(), step.done))
        rate = (step.done - first) / max(time.monotonic() - began, 1e-9)
        text = f"{rate:.1f} {step.unit}/s"
        if step.step not in self._steps:
            self._steps[step.step] = self._bars.add_task(step.step, rate=text)
        self._bars.update(self._steps[step.step], completed=step.done, total=step.total or None, rate=text)
        if not self._console.is_terminal and step.step != "train" and self._due(step.step, step.done == step.total):
            left = f", {(step.total - step.done) / rate:.0f} s left" if rate and step.total > step.done else ""
            self._console.print(f"{step.step}: {step.done} of {step.total or '?'} {step.unit}, {rate:.1f}/s{left}")

    def _forget(self, step: str) -> None:
        for kept in (self._began, self._said):
            kept.pop(step, None)
        if step in self._steps:
            self._bars.remove_task(self._steps.pop(step))

    def _due(self, what: str, last: bool) -> bool:
        now = time.monotonic()
        if not last and now - self._said.get(what, 0) < _LINE_SECONDS:
            return False
        self._said[what] = now
        return True


def loss_line(trained: Trained) -> str:
    """Return the line of a training log, with those parts that are known."""
    parts = [
        f"Total Iterations: {trained.iteration}",
        f"Loss A: {trained.loss_a:.4f} Loss B: {trained.loss_b:.4f}",
        f"{trained.per_second:.1f} it/s",
    ]
    if trained.faces_per_second is not None:
        parts.append(f"{trained.faces_per_second:.0f} faces/s")
    if trained.seconds_left is not None:
        parts.append(f"{duration(trained.seconds_left)} left")
    if trained.phase:
        parts.append(trained.phase)
    return " | ".join(parts)


def duration(seconds: float) -> str:
    """Return a stretch of time in its two largest units: `45 s`, `12 min 5 s`, `1 h 12 min`, `3 d 4 h`."""
    whole = round(seconds)
    for large, small, size, part in (("d", "h", 86_400, 3600), ("h", "min", 3600, 60), ("min", "s", 60, 1)):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {large}" + (f" {rest} {small}" if rest else "")
    return f"{whole} s"

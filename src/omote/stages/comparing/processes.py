"""Trainings in processes of their own: begun, heard and ended. A process whose comparison is killed ends by itself."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from omote.core.files import explained, write_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from omote.stages.comparing.shares import Share
    from omote.stages.comparing.worker import Job

_LOG = "log.txt"
_LAST = 4096  # bytes of the log that its last line is looked for in


class Said(NamedTuple):
    """Something that a process said, or that it ended (`{"ended": its exit status}`): the last thing of it."""

    number: int
    what: dict[str, Any]


class Processes:
    """Processes by number; a context that leaves none behind."""

    def __init__(self) -> None:
        self._processes: dict[int, subprocess.Popen[str]] = {}
        self._said: queue.Queue[Said] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in list(self._processes):
            self.stop(number)
        while self._processes:
            self.hear(None)

    def begin(self, number: int, job: Job, share: Share) -> None:
        """Begin a training.

        Raises:
            OmoteError: its folder cannot be written.
        """
        write_bytes(job.place / "job.json", job.model_dump_json(indent=1).encode())
        command = [sys.executable, "-m", "omote.stages.comparing.worker", str(job.place / "job.json")]
        with explained(job.place), (job.place / _LOG).open("w") as log:
            process = _start(command, log, share.environment())
        self._processes[number] = process
        threading.Thread(target=self._listen, args=(number, process), daemon=True).start()

    def hear(self, seconds: float | None) -> Said | None:
        """Return the next thing that is said; None where nothing is for so long."""
        try:
            said = self._said.get(timeout=seconds)
        except queue.Empty:
            return None
        if "ended" in said.what:
            del self._processes[said.number]
        return said

    def stop(self, number: int) -> None:
        """Let a training end after its step; what it learnt is kept."""
        process = self._processes[number]
        if process.stdin is not None:
            process.stdin.close()

    def _listen(self, number: int, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for text in process.stdout:
                if (what := _said(text)) is not None:
                    self._said.put(Said(number, what))
        status = process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._said.put(Said(number, {"ended": status}))


def _said(text: str) -> dict[str, Any] | None:
    """Return what a line says; None for what a library printed before the worker spoke, or a killed one half said."""
    try:
        what = json.loads(text)
    except ValueError:
        return None
    return what if isinstance(what, dict) else None


def _start(command: Sequence[str], log: IO[str], environment: Mapping[str, str] | None) -> subprocess.Popen[str]:
    """Start a process that ends with this one; Ctrl-C is for this one only, which lets the others end."""
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
        env=environment, start_new_session=True,
    )  # fmt: skip


def last_words(place: Path) -> str:
    """Return the last line that the process of a training left in its log."""
    try:
        text = (place / _LOG).read_bytes()[-_LAST:].decode("utf-8", "replace")
    except OSError as fault:
        return str(fault)
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"

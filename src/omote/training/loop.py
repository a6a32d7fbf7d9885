"""The loop: step, read, measure, turn to the next phase, save; and fall back when the numbers break."""

import time
from collections.abc import Callable

import torch

from omote.training.guard import Guard
from omote.training.keeper import Keeper, Told
from omote.training.pace import Pace
from omote.training.phases import Limits
from omote.training.run import Run
from omote.training.tally import Tally

_TELL_SECONDS = 1.0


def train(run: Run, limits: Limits, keeper: Keeper, stop: Callable[[], bool]) -> None:
    """Train until a limit is reached or `stop` says so.

    Args:
        run: what is trained; changed in place.
        limits: when to end.
        keeper: saves and shows it.
        stop: asked between steps.

    Raises:
        ModelError: the numbers break again and again.
    """
    watch, pace, guard, teller = run.config.watch, Pace(run.team), Guard(run, keeper), _Teller(run, limits, keeper)
    with torch.random.fork_rng(devices=[run.team.device] if run.team.device.type == "cuda" else []):
        saved = run.now.iteration if run.now.iteration else _save(run, keeper, pace, guard)
        while not limits.reached(run.now) and not pace.stopped(stop):
            teller.add(run.step(limits))
            run.now, reading = pace.tick(run.now, stop)
            if reading and guard.read():
                guard.fall_back()
                teller.clear()
                continue
            if reading:
                teller.tell()
            over = limits.reached(run.now)
            if over or run.now.iteration % watch.measure_every == 0:
                _measure(run, limits, keeper)
            if run.turn(limits):
                keeper.say(f"iteration {run.now.iteration}: phase {run.phase.name}")
            due = run.now.iteration % watch.save_every == 0 and run.team.agree(run.team.main and keeper.ready())
            if over or due or (reading and pace.save_is_late()):  # which may fall back: then it is not over yet
                saved = _save(run, keeper, pace, guard)
        teller.tell(at_once=True)
        if saved != run.now.iteration:
            _save(run, keeper, pace, guard)


def _measure(run: Run, limits: Limits, keeper: Keeper) -> None:
    """Measure, and record it where there is anything new to record."""
    row = run.record(run.measure(), limits)
    if row is not None and run.team.main:
        keeper.measured(run, row)


def _save(run: Run, keeper: Keeper, pace: Pace, guard: Guard) -> int:
    """Save where the numbers are sound, else fall back; return the iteration that the run is at."""
    if guard.sound():
        if run.team.main:
            keeper.save(run)
        guard.saved()
    else:
        guard.fall_back()
    run.team.barrier()
    pace.saved()
    return run.now.iteration


class _Teller:
    """Tells the keeper about once a second how the run goes."""

    def __init__(self, run: Run, limits: Limits, keeper: Keeper) -> None:
        self._run, self._limits, self._keeper = run, limits, keeper
        self._tally = Tally(len(run.learner.loss.names), run.team.device)
        self._iteration, self._told = run.now.iteration, time.perf_counter()
        self.add = self._tally.add

    def clear(self) -> None:
        self._tally.clear()
        self._iteration, self._told = self._run.now.iteration, time.perf_counter()

    def tell(self, *, at_once: bool = False) -> None:
        now, run = time.perf_counter(), self._run
        if now - self._told < _TELL_SECONDS and not at_once:
            return
        steps, parts = run.now.iteration - self._iteration, self._tally.mean()
        if parts and run.team.main:
            self._keeper.told(run, Told(parts, steps / max(now - self._told, 1e-9), run.rate(self._limits)))
        self.clear()

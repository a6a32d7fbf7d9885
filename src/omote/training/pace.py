"""When the host looks up from the device, and what time it is; the same in all processes that train together."""

import time
from collections.abc import Callable
from dataclasses import replace

from omote.runtime.team import Team
from omote.training.phases import Moment

_READ_SECONDS, _MOST_UNREAD = 0.25, 100
_SAVE_SECONDS = 300.0


class Pace:
    """A clock for the loop.

    Reading a value off the device makes the host wait for it, and the device for the host after that; so it is done
    about four times a second, and at most every 100 steps. Processes that train together hear the first one's time and
    whether to stop only then, since telling is reading too.
    """

    def __init__(self, team: Team) -> None:
        self._team = team
        self._ticked = self._read = self._saved = time.perf_counter()
        self._unread, self._next = 0, 1
        self._stopped = False

    def stopped(self, stop: Callable[[], bool]) -> bool:
        """Say whether to stop; with several processes what `tick` agreed on."""
        return self._stopped if self._team.world > 1 else stop()

    def tick(self, now: Moment, stop: Callable[[], bool]) -> tuple[Moment, bool]:
        """Return the moment now, after a step, and whether it is one to read the device at."""
        at = time.perf_counter()
        self._unread += 1
        reading = self._unread >= self._next
        if reading:
            self._next = max(1, min(_MOST_UNREAD, int(self._unread * _READ_SECONDS / max(at - self._read, 1e-9))))
            self._read, self._unread = at, 0
        seconds = now.seconds + at - self._ticked
        if self._team.world == 1:
            self._ticked = at
        elif reading:
            self._ticked = at
            seconds, self._next, self._stopped = self._agreed(seconds, self._next, stop())
        else:
            seconds = now.seconds
        return replace(now, seconds=seconds), reading

    def save_is_late(self) -> bool:
        """Say whether the last save is more than five minutes ago."""
        return self._agreed(time.perf_counter() - self._saved, 0, False)[0] >= _SAVE_SECONDS

    def saved(self) -> None:
        """Note that there was a save."""
        self._saved = time.perf_counter()

    def _agreed(self, seconds: float, steps: int, stop: bool) -> tuple[float, int, bool]:
        """Return the first process's time and steps, and whether any process is to stop."""
        if self._team.world == 1:
            return seconds, steps, stop
        first, following = self._team.share(f"{seconds} {steps}").split()
        return float(first), int(following), self._team.agree(stop)

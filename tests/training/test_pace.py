from collections.abc import Callable
from types import SimpleNamespace

import pytest

from omote.runtime.team import Team
from omote.training import pace
from omote.training.pace import Pace
from omote.training.phases import Moment
from tests.training.conftest import ALONE, CPU, never


class Clock:
    """Stands still unless it is turned on."""

    def __init__(self) -> None:
        self.now = 50.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


def readings(clock: Clock, seconds: Callable[[int], float], steps: int) -> list[int]:
    """Which of the steps, of so many seconds each, the device was read at."""
    it, now, read = Pace(ALONE), Moment(), []
    for number in range(1, steps + 1):
        clock.now += seconds(number)
        now, reading = it.tick(now, never)
        read += [number] * reading
    assert now.seconds == pytest.approx(sum(map(seconds, range(1, steps + 1))))
    return read


def gaps(read: list[int]) -> list[int]:
    return [later - earlier for earlier, later in zip([0, *read], read, strict=False)]


def test_slow_steps_are_read_one_by_one(clock: Clock) -> None:
    assert readings(clock, lambda _: 2.0, 20) == [*range(1, 21)]


def test_steps_are_read_four_times_a_second(clock: Clock) -> None:
    assert set(gaps(readings(clock, lambda _: 1 / 64, 400))[1:]) == {16}


def test_fast_steps_are_read_every_hundred(clock: Clock) -> None:
    assert set(gaps(readings(clock, lambda _: 1e-4, 3000))[1:]) == {100}


def test_the_cadence_follows_a_run_that_slows_down(clock: Clock) -> None:
    read = readings(clock, lambda number: 1e-3 if number <= 300 else 1.0, 500)
    assert max(gaps(read)) == 100
    assert set(gaps(read)[-50:]) == {1}


def test_a_clock_that_does_not_move_harms_nothing(clock: Clock) -> None:
    assert max(gaps(readings(clock, lambda _: 0.0, 500))) == 100


def test_seconds_of_earlier_calls_count(clock: Clock) -> None:
    it = Pace(ALONE)
    clock.now += 3
    assert it.tick(Moment(7, 100.0), never)[0] == Moment(7, 103.0)


def test_a_save_is_late_after_five_minutes(clock: Clock) -> None:
    it = Pace(ALONE)
    clock.now += 299
    assert not it.save_is_late()
    clock.now += 2
    assert it.save_is_late()
    it.saved()
    assert not it.save_is_late()


def test_alone_a_stop_is_heard_at_once(clock: Clock) -> None:
    it = Pace(ALONE)
    assert it.stopped(lambda: True)
    assert not it.stopped(never)


def test_processes_take_the_first_ones_time_and_stop_only_where_they_read(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def share(_: Team, text: str) -> str:
        said.append(text)
        return "42.5 3"

    monkeypatch.setattr(Team, "share", share)
    monkeypatch.setattr(Team, "agree", lambda _, flag: flag)
    told: list[bool] = []
    it, now = Pace(Team(1, 2, CPU)), Moment()
    for _ in range(7):
        clock.now += 10.0
        assert it.stopped(lambda: True) is any(told)
        now, reading = it.tick(now, lambda: True)
        told.append(reading)
    assert told == [True, False, False, True, False, False, True]  # at the first, then as the first process said
    assert (now, len(said)) == (Moment(0, 42.5), 3)

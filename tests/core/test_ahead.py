import threading
import time
from collections.abc import Iterator

import pytest

from omote.core.ahead import ahead


def test_items_come_in_order_and_all() -> None:
    with ahead(range(1000), 3) as items:
        assert list(items) == list(range(1000))


def test_it_is_never_further_ahead_than_asked() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for number in range(20):
            made.append(number)
            yield number

    with ahead(make(), 3) as items:
        for number in items:
            time.sleep(0.005)
            assert made[-1] <= number + 5  # three wait, one is in hand, one is being made


def test_steps_overlap() -> None:
    def slow() -> Iterator[int]:
        for number in range(10):
            time.sleep(0.02)
            yield number

    began = time.perf_counter()
    with ahead(slow(), 2) as items:
        for _ in items:
            time.sleep(0.02)
    assert time.perf_counter() - began < 0.36  # one after the other it takes 0.4 s


def test_a_fault_comes_after_the_items_before_it() -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    got: list[int] = []
    with pytest.raises(KeyError, match="gone"), ahead(breaks(), 4) as items:
        got.extend(items)
    assert got == [1]


def test_leaving_early_ends_the_thread_and_closes_the_generator() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    before = threading.active_count()
    with ahead(endless(), 2) as items:
        next(items)
    assert closed.is_set()
    assert threading.active_count() == before

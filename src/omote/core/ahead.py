"""Steps that overlap: one works ahead in a thread of its own, but only so far, while the next uses what it made."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final, TypeVar

T = TypeVar("T")

_POLL = 0.05  # seconds between two looks at whether anyone still listens


class _End:
    """What stands after the last item: the fault that ended it, if one did."""

    def __init__(self, fault: BaseException | None) -> None:
        self.fault: Final = fault


@contextmanager
def ahead(items: Iterable[T], depth: int) -> Iterator[Iterator[T]]:
    """Give the items of `items`, which is run in a thread up to `depth` items ahead of who takes them.

    A fault of `items` is raised where its item would have come. When the block is left, the thread has ended, and
    `items`, where it is a generator, is closed.

    Args:
        items: used in the thread only.
        depth: 1 or more.
    """
    queue: Queue[T | _End] = Queue(depth)
    left = Event()

    def put(item: T | _End) -> bool:
        while not left.is_set():
            try:
                queue.put(item, timeout=_POLL)
                return True
            except Full:
                continue
        return False

    def work() -> None:
        fault: BaseException | None = None
        iterator = iter(items)
        try:
            while not left.is_set() and put(next(iterator)):
                pass
        except StopIteration:
            pass
        except BaseException as caught:  # noqa: BLE001 - it is raised in the thread that takes the items
            fault = caught
        if hasattr(iterator, "close"):
            iterator.close()
        put(_End(fault))

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield _taken(queue)
    finally:
        left.set()
        while thread.is_alive():
            try:
                queue.get_nowait()
            except Empty:
                thread.join(_POLL)


def _taken(queue: "Queue[T | _End]") -> Iterator[T]:
    while not isinstance(item := queue.get(), _End):
        yield item
    if item.fault is not None:
        raise item.fault

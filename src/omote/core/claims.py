"""One writer at a time for what is written: a lock of the system, which ends with its process, however that ends.

The lock lies on a small hidden file beside the output, in which a run can note what the one after it needs to know
when it is broken off. Where a file system has no locks, nobody is kept out.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omote.core.errors import OmoteError
from omote.core.files import explained

LOCK = ".omote.lock"
"""Name of the lock inside an output folder that is there already."""

_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
_MOST = 64 * 1024


class InUseError(OmoteError):
    """Another run is writing this."""


class Claim:
    """An output that nobody else writes, and the text that is noted beside it."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path

    def read(self) -> str:
        """Return what was noted by this run, or one that was broken off; empty when nothing was."""
        return os.pread(self._handle, _MOST, 0).decode("utf-8", "replace")

    def note(self, text: str) -> None:
        """Note a text in the place of the one before; it is dropped when the run ends well.

        Raises:
            OmoteError: it cannot be written.
        """
        with explained(self._path):
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, text.encode(), 0)
            os.fsync(self._handle)


@contextmanager
def claimed(path: Path) -> Iterator[Claim]:
    """Keep others from writing an output while the block runs.

    Args:
        path: a file, or a folder; its parent is made where it is not there.

    Raises:
        InUseError: another run is writing it.
        OmoteError: its folder cannot be written.
    """
    with explained(path):
        place = path.resolve() / LOCK if path.is_dir() else path.resolve().with_name(f".{path.resolve().name}.lock")
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = _locked(place, path)
    claim, ended_well = Claim(handle, path), False
    try:
        yield claim
        ended_well = True
    finally:
        if ended_well or not claim.read():
            place.unlink(missing_ok=True)  # while it is held, so that it is nobody else's
        os.close(handle)


def _locked(place: Path, path: Path) -> int:
    while True:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if place.exists() and os.path.samestat(os.fstat(handle), place.stat()):
                return handle  # else the one who held it has just dropped it
        except BlockingIOError:
            os.close(handle)
            raise InUseError("another omote is writing this", path, "wait for it, or choose another name") from None
        except OSError as fault:
            if fault.errno in _NO_LOCKS:
                return handle
            os.close(handle)
            raise
        os.close(handle)

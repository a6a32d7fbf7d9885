"""Files that are whole or not there: written under a temporary name, flushed to the disk, then renamed."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from omote.core.errors import OmoteError


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the system says about writing `path` into one line for the user.

    Raises:
        OmoteError: the disk is full, the place is not writable, or another fault of the system.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OmoteError("the disk is full", path, "free some space and run the same command again") from fault
        if isinstance(fault, PermissionError) or fault.errno == errno.EROFS:
            raise OmoteError("no permission to write", path, "choose another place") from fault
        raise OmoteError(f"cannot write ({fault.strerror or fault})", path) from fault


def check_free(path: Path, *, overwrite: bool) -> None:
    """See that nothing of a user's would be replaced: a file that is there, or a folder with something in it.

    Raises:
        OmoteError: there is something, and it is not to be replaced.
    """
    with explained(path):
        there = any(path.iterdir()) if path.is_dir() else path.exists()
    if there and not overwrite:
        raise OmoteError("already there", path, "choose another name, or replace it with --overwrite")


def part_name(path: Path) -> Path:
    """Name under which `path` is written until it is whole; its suffix stays, since encoders go by it."""
    return path.with_name(f".{path.stem}.part{path.suffix}")


def sync(path: Path) -> None:
    """Flush a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a whole file, replacing an older one only when the new one is complete.

    Args:
        path: the file; its folder is made when it is not there.
        data: the content.
        durable: wait until it is on the disk, so that it outlives a power cut and not only a killed process.

    Raises:
        OmoteError: it cannot be written; the older file is untouched.
    """
    part = part_name(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            if durable:
                sync(part)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file too large for the memory as `write_bytes` would.

    Raises:
        OmoteError: it cannot be written; the older file is untouched. What `pieces` raises goes through.
    """
    part = part_name(path)
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
            sync(part)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends well it takes the place of `path`, else it is dropped.

    Between two renames only `<path>.old` exists, so whoever reads `path` asks `whole_folder` for it.

    Raises:
        OmoteError: it cannot be written; the older folder is untouched.
    """
    new, old = path.with_name(f"{path.name}.new"), path.with_name(f"{path.name}.old")
    with explained(path):
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
    try:
        with explained(path):
            yield new
            for file in (*new.iterdir(), new):
                sync(file)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    with explained(path):
        if path.exists():
            shutil.rmtree(old, ignore_errors=True)
            path.replace(old)
        new.replace(path)
        sync(path.parent)
        shutil.rmtree(old, ignore_errors=True)


def whole_folder(path: Path) -> Path | None:
    """Return the newest whole folder written by `replaced_folder`, or None when there is none."""
    old = path.with_name(f"{path.name}.old")
    return next((folder for folder in (path, old) if folder.is_dir()), None)


@dataclass(frozen=True, slots=True)
class LastTouch:
    """What is done to each file that is whole before it takes its name.

    Attributes:
        do: is given the file under its temporary name, and the name that it will have.
        key: other where it would come out otherwise.
    """

    do: Callable[[Path, str], None]
    key: str = ""

"""The log of what was moved in a folder: a text file that people can read, written before anything is moved.

    # 2026-11-25 04:30:11 move: sort by yaw
    "b.png" -> "00001_b.png"
    "00001_a.png" -> "00001_a.moving.png" -> "00002_a.png"
    # begun
    # stepped aside
    # done

Paths are relative to the folder. A file goes by a name of its own in the middle when its new name is another file's old
one; all those stand aside before any of them takes its new name.
"""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path

from omote.core.errors import OmoteError
from omote.core.files import explained

LOG = ".omote-moves.log"
"""Name of the log, in the folder that it is about."""

_HEAD = re.compile(r"# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d (move|copy|undo): (.*)")
_ARROW = " -> "
_LINE = re.compile(rf'("(?:[^"\\]|\\.)*"){_ARROW}(?:("(?:[^"\\]|\\.)*"){_ARROW})?("(?:[^"\\]|\\.)*")')


class Stage(IntEnum):
    """How far an entry of the log was carried out."""

    WRITTEN = 0  # not whole: nothing was moved
    BEGUN = 1
    STEPPED_ASIDE = 2
    DONE = 3


_MARKS = {f"# {stage.name.lower().replace('_', ' ')}": stage for stage in Stage if stage}


@dataclass(frozen=True, slots=True)
class Move:
    """A file's way.

    Attributes:
        source: where it was; a copy's may be an absolute path.
        target: where it goes, where no file is.
        by: the name it has on the way; None where it goes straight.
    """

    source: Path
    target: Path
    by: Path | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done at one time.

    Attributes:
        kind: move, copy, or undo, which moves files back.
        what: for people.
        moves: in their order.
        stage: how far it came.
    """

    kind: str
    what: str
    moves: Sequence[Move]
    stage: Stage = Stage.WRITTEN


def read_log(folder: Path) -> list[Entry]:
    """Return what was done in a folder, oldest first; entries of which nothing was carried out are left out.

    Raises:
        OmoteError: the log cannot be read.
    """
    path = folder / LOG
    try:
        # Names of files need not be UTF-8.
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise OmoteError(f"the log of moves cannot be read ({fault.strerror})", path) from fault
    blocks: list[list[str]] = []
    for line in text.split("\n"):
        if _HEAD.fullmatch(line):
            blocks.append([])
        if blocks and line:
            blocks[-1].append(line)
    return [_entry(block, path) for block in map(_whole, blocks) if block]


def begin(folder: Path, entry: Entry) -> None:
    """Write an entry down, whole and onto the disk, before the first of its moves.

    Raises:
        OmoteError: it cannot be written.
    """
    head = f"# {datetime.now():%Y-%m-%d %H:%M:%S} {entry.kind}: {' '.join(entry.what.split())}"
    _append(folder, "\n".join(["", head, *map(_line, entry.moves)]))
    note(folder, Stage.BEGUN)


def note(folder: Path, stage: Stage) -> None:
    """Write down that the last entry came so far.

    Raises:
        OmoteError: it cannot be written.
    """
    (mark,) = (mark for mark, each in _MARKS.items() if each is stage)
    _append(folder, f"\n{mark}\n")


def _append(folder: Path, text: str) -> None:
    path = folder / LOG
    with explained(path):
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
            os.fsync(file.fileno())


def _line(move: Move) -> str:
    parts = (move.source, move.target) if move.by is None else (move.source, move.by, move.target)
    return _ARROW.join(json.dumps(part.as_posix(), ensure_ascii=False) for part in parts)


def _whole(block: Sequence[str]) -> Sequence[str]:
    """Return an entry's lines up to the last mark: after it is at most what a kill cut off while it was written."""
    return block[: max((place for place, line in enumerate(block, 1) if line in _MARKS), default=0)]


def _entry(block: Sequence[str], path: Path) -> Entry:
    head = _HEAD.fullmatch(block[0])
    moves, stage = [], Stage.WRITTEN
    for line in block[1:]:
        found = _LINE.fullmatch(line)
        if found:
            source, by, target = (None if part is None else Path(json.loads(part)) for part in found.groups())
            moves.append(Move(source or Path(), target or Path(), by))
        elif line in _MARKS:
            stage = _MARKS[line]
        else:
            raise OmoteError(f"the log of moves is damaged at {line[:60]!r}", path, "move it away: it undoes no more")
    return Entry(head[1] if head else "", head[2] if head else "", moves, stage)

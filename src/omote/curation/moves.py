"""Files of a folder moved so that nothing is lost: shown before, carried out, gone on with after a kill, undone.

No file is ever overwritten or deleted. What is set aside lies in `.aside/<reason>/`, where walks over face pictures
pass it over, under the path that it had in the folder.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from omote.alignments.folder import ASIDE
from omote.core.errors import OmoteError
from omote.core.files import explained, part_name
from omote.curation.move_log import Entry, Move, Stage, begin, note, read_log

_COPIES = "copies"  # the reason for which a copy that is taken back lies aside


@dataclass(frozen=True, slots=True)
class Plan:
    """Moves that can be shown, and carried out.

    Attributes:
        folder: in which the files are moved, or into which they are copied.
        entry: what is moved, in paths relative to the folder.
        left: of an undoing, the files that are not where they were put, or whose old place is taken.
    """

    folder: Path
    entry: Entry
    left: tuple[Path, ...] = ()


def planned(folder: Path, what: str, moves: Mapping[Path, Path], *, copies: bool = False) -> Plan:
    """Plan moves within a folder, or copies into it.

    Args:
        folder: the targets' and, but for copies, the sources' folder.
        what: for people, as "sort by yaw".
        moves: new paths by old ones; where one is taken by a file that is not moved, a number joins its name. Files
            that stay where they are are left out.
        copies: leave the files where they are.
    """
    moving = {source: target for source, target in moves.items() if source != target}
    leaving = set() if copies else {_key(source) for source in moving}
    taken: set[str] = set()
    ways = []
    for source, target in moving.items():
        names = (name for name in _numbered(target) if _key(name) not in taken)
        free = next(name for name in names if _key(name) in leaving or not name.exists())
        taken.add(_key(free))
        ways.append(Move(source.absolute() if copies else source.relative_to(folder), free.relative_to(folder)))
    return Plan(folder, Entry("copy" if copies else "move", what, ways if copies else _apart(folder, ways)))


def set_aside(folder: Path, files: Iterable[Path], reason: str) -> Plan:
    """Plan to set files aside.

    Args:
        folder: of face pictures.
        files: in it.
        reason: a word or two, the name of their folder in `.aside`.
    """
    place = folder / ASIDE / reason
    return planned(folder, f"set aside: {reason}", {file: place / file.relative_to(folder) for file in files})


def undoing(folder: Path) -> Plan:
    """Plan to put back what was last done in a folder, whether it came to its end or not.

    A copy is not deleted but set aside. A folder can be undone step by step, back to how it was first.

    Raises:
        OmoteError: nothing was done that is not undone, or the log cannot be read.
    """
    done: list[Entry] = []
    for entry in read_log(folder):
        if entry.kind == "undo":
            done.pop()
        else:
            done.append(entry)
    if not done:
        raise OmoteError("nothing to undo in this folder", folder)
    last = done[-1]
    here = {move: _whereabouts(folder, move, last) for move in last.moves}
    homes = {move: _copy_home(folder, move) if last.kind == "copy" else move.source for move in last.moves}
    gone = tuple(move.target for move, place in here.items() if place is None)
    back = {place: homes[move] for move, place in here.items() if place is not None and place != move.source}
    stuck = _stuck(folder, back)
    ways = [Move(place, home) for place, home in back.items() if place not in stuck]
    return Plan(folder, Entry("undo", last.what, _apart(folder, ways)), (*gone, *stuck))


def unfinished(folder: Path) -> Plan | None:
    """Return what a kill left half done in a folder, to be carried out to its end; None where there is nothing.

    Raises:
        OmoteError: the log cannot be read.
    """
    entries = read_log(folder)
    return Plan(folder, entries[-1]) if entries and entries[-1].stage is not Stage.DONE else None


def carry_out(plan: Plan) -> Iterator[Move]:
    """Move the files of a plan, each given once it is where it belongs.

    Whoever stops between two, or is killed, has lost nothing: `unfinished` gives the rest, `undoing` what was done.
    Folders that are left empty are removed.

    Raises:
        OmoteError: a file is in the way that was not there before, or the system refuses.
    """
    folder, entry = plan.folder, plan.entry
    if entry.stage is Stage.WRITTEN:
        begin(folder, entry)
    detours = [move for move in entry.moves if move.by is not None]
    if detours and entry.stage is not Stage.STEPPED_ASIDE:
        for move in detours:
            _move(folder / move.source, folder / (move.by or move.target))
        note(folder, Stage.STEPPED_ASIDE)
    for move in entry.moves:
        if entry.kind == "copy":
            _copy(move.source, folder / move.target)
        else:
            _move(folder / (move.by or move.source), folder / move.target)
        yield move
    if entry.kind != "copy":
        _drop_empty(folder, entry.moves)
    note(folder, Stage.DONE)


def _apart(folder: Path, ways: Sequence[Move]) -> list[Move]:
    """Let those go by another name whose new place is another's old one, and those in whose old place another comes."""
    old, new = {_key(way.source) for way in ways}, {_key(way.target) for way in ways}
    return [
        replace(way, by=_free_beside(folder, way.source)) if _key(way.target) in old or _key(way.source) in new else way
        for way in ways
    ]


def _whereabouts(folder: Path, move: Move, entry: Entry) -> Path | None:
    """Return where a file is that an entry has moved, or was about to; None when it is gone."""
    if move.by is not None and (folder / move.by).exists():
        return move.by
    # Once all have stepped aside, what is in the old place of one that did is another file.
    all_left = entry.stage is Stage.DONE or (move.by is not None and entry.stage is Stage.STEPPED_ASIDE)
    if all_left or entry.kind == "copy" or not (folder / move.source).exists():
        return move.target if (folder / move.target).exists() else None
    return move.source


def _copy_home(folder: Path, move: Move) -> Path:
    return next(path for path in _numbered(Path(ASIDE, _COPIES) / move.target) if not (folder / path).exists())


def _stuck(folder: Path, back: Mapping[Path, Path]) -> list[Path]:
    """Return the files that cannot go home, since a file is there that does not leave."""
    stuck: dict[Path, None] = {}
    while True:
        leaving = {_key(place) for place in back if place not in stuck}
        more = [
            place for place, home in back.items()
            if place not in stuck and (folder / home).exists() and _key(home) not in leaving
        ]  # fmt: skip
        if not more:
            return list(stuck)
        stuck.update(dict.fromkeys(more))


def _move(old: Path, new: Path) -> None:
    if not old.exists():
        return  # done before a kill, or taken away since by whoever owns the folder
    with explained(new):
        new.parent.mkdir(parents=True, exist_ok=True)
        _check_free(new)
        old.rename(new)


def _copy(old: Path, new: Path) -> None:
    if new.exists() or not old.exists():
        return
    with explained(new):
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(old, part_name(new))
        _check_free(new)
        part_name(new).rename(new)


def _check_free(path: Path) -> None:
    if path.exists():
        raise OmoteError("already there", path, "move it away and run the same command again")


def _drop_empty(folder: Path, moves: Iterable[Move]) -> None:
    for place in sorted({parent for move in moves for parent in move.source.parents}, reverse=True):
        if place != Path():
            with suppress(OSError):  # not empty, or gone
                (folder / place).rmdir()


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_stem(f"{path.stem}.{number}") for number in count(2))


def _free_beside(folder: Path, path: Path) -> Path:
    aside = path.with_stem(f"{path.stem}.moving")
    return next(name for name in _numbered(aside) if not (folder / name).exists())


def _key(path: Path) -> str:
    # Names that differ by their case only are one name on many disks.
    return path.as_posix().casefold()

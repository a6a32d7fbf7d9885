"""How many faces are found: counts on `stills/`, recall and precision of boxes on `boxes/`, with default settings."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from omote.core.errors import MediaError, OmoteError
from omote.imaging.boxes import overlaps
from omote.media.source import open_source
from omote.perception.config import LookConfig
from omote.perception.finding import Finder

Boxes = npt.NDArray[np.float32]

_OVERLAP = 0.5


def measure(folder: Path) -> dict[str, Any]:
    """Return on how many stills the count is right, and how well boxes agree with those drawn by hand.

    A still that is marked corrupt, empty or cut off is right when it is said to be unreadable or its count is right.

    Raises:
        OmoteError: the labels or a picture of `boxes` cannot be read.
    """
    finder = Finder(LookConfig().for_kind("pictures"))
    return {"stills": _stills(folder / "stills", finder), "boxes": _boxes(folder / "boxes", finder)}


def _stills(folder: Path, finder: Finder) -> dict[str, Any]:
    wrong: list[dict[str, Any]] = []
    unreadable: list[dict[str, str]] = []
    rows = _rows(folder / "expected.csv")
    for row in rows:
        least, most = int(row["faces_min"]), int(row["faces_max"])
        expected = f"{least} to {most}" if least < most else str(least)
        try:
            found = len(found_in(folder / row["file"], finder))
        except MediaError as fault:
            unreadable.append({"file": row["file"], "why": fault.what})
            if least > 0:  # a picture with a face is one to be read
                wrong.append({"file": row["file"], "expected": expected, "found": None})
            continue
        if not least <= found <= most:
            wrong.append({"file": row["file"], "expected": expected, "found": found})
    return {"right": len(rows) - len(wrong), "of": len(rows), "wrong": wrong, "unreadable": unreadable}


def _boxes(folder: Path, finder: Finder) -> dict[str, Any]:
    rows = _rows(folder / "boxes.csv")
    counts = np.zeros(5, int)
    for name in sorted({row["file"] for row in rows}):
        here = [row for row in rows if row["file"] == name]
        drawn = np.array(
            [[float(row[side]) for side in ("left", "top", "width", "height")] for row in here], np.float32
        )
        drawn[:, 2:] += drawn[:, :2]
        counts += counted(found_in(folder / name, finder), drawn, np.array([row["ignore"] == "1" for row in here]))
    drawn_, found, same, loosely, false = (int(count) for count in counts)
    return {
        "recall": round(same / max(drawn_, 1), 4),
        "precision": round(same / max(found, 1), 4),
        "match": f"IoU of at least {_OVERLAP}",
        "recall_loose": round(loosely / max(drawn_, 1), 4),
        "precision_loose": round((found - false) / max(found, 1), 4),
        "match_loose": "centre of the found box in the drawn one, sides within a factor of 2",
        "drawn": drawn_,
        "found": found,
    }


def found_in(path: Path, finder: Finder) -> Boxes:
    """Return the (N, 4) boxes found in the first frame of a picture file, the most certain first.

    Raises:
        MediaError: it cannot be read.
    """
    frame = next(iter(open_source(path).frames()))
    (faces,) = finder.find([frame.rgb])
    return np.array([face.box for face in faces], np.float32).reshape(-1, 4)


def counted(found: Boxes, drawn: Boxes, ignored: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
    """Count drawn boxes, found ones, pairs by overlap, pairs by the loose match, and found ones without a loose match.

    Args:
        found: (N, 4), the most certain first.
        drawn: (M, 4).
        ignored: (M,), drawn boxes that count neither way; a found box that matches one of them does not count either.
    """
    close, near = overlaps(found, drawn) >= _OVERLAP, loose(found, drawn)
    counts_not = ((close | near) & ignored).any(1) & ~((close | near) & ~ignored).any(1)
    close, near = (match[~counts_not][:, ~ignored] for match in (close, near))
    same, loosely = pairs(close), pairs(near)
    return np.array([(~ignored).sum(), (~counts_not).sum(), same, loosely, len(near) - loosely])


def loose(found: Boxes, drawn: Boxes) -> npt.NDArray[np.bool_]:
    """Return (N, M): whether a found box has its centre in a drawn one and sides of half to twice its sides."""
    middles = (found[:, None, :2] + found[:, None, 2:]) / 2
    inside = ((middles >= drawn[None, :, :2]) & (middles <= drawn[None, :, 2:])).all(2)
    factor = (found[:, None, 2:] - found[:, None, :2]) / np.maximum(drawn[None, :, 2:] - drawn[None, :, :2], 1e-6)
    return np.asarray(inside & ((factor >= 0.5) & (factor <= 2)).all(2))


def pairs(matches: npt.NDArray[np.bool_]) -> int:
    """Count pairs of (N, M) matches in which no row and no column stands twice; earlier rows choose first."""
    taken: set[int] = set()
    for row in matches:
        free = [int(column) for column in np.flatnonzero(row) if int(column) not in taken]
        taken |= set(free[:1])
    return len(taken)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as fault:
        raise OmoteError(f"cannot read the labels ({fault.strerror})", path) from fault

"""How near the 68 points that the default finder and aligner place lie to the true ones, on `landmarks/`."""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

from omote.core.errors import OmoteError
from omote.core.types import Face, Floats
from omote.imaging.boxes import overlaps
from omote.imaging.landmarks import INNER, eye_distance
from omote.media.source import open_source
from omote.perception.config import LookConfig
from omote.perception.look import Looker

_LIST = "landmarks68.json"
_SAME = 0.3  # overlap of a found box with that of the true points, from which on they are of one face
_ALL = slice(0, 68)
_COMPARED = {"aflw2000": INNER}
"""Points whose error counts, where not all do: AFLW2000-3D's jaw is that of the head, also where a cheek hides it."""
_FROM_ZERO = {"aflw2000"}
"""Sets that give the middle of the first pixel as 0. The others are of iBUG, which gives it as 1; for us it is 0.5."""


def measure(folder: Path) -> dict[str, Any]:
    """Return for each set how many faces it has, how many were missed, and the error of those found.

    Faces are looked for in the picture alone. An error is the mean distance of a face's points from the true ones in
    percent of the distance between the true outer corners of the eyes. `points` says of which points; `mean_68` and
    `median_68` are of all of them.

    Raises:
        OmoteError: the folder has no list of true points, or a picture of it cannot be read.
    """
    rows = _rows(folder / "landmarks" / _LIST)
    looker = Looker(LookConfig())
    errors: dict[str, list[Floats | None]] = {}
    for name, group in groupby(rows, key=lambda row: str(row["image"])):
        subset = name.split("/")[0]
        truths = [true_points(row["points"], subset) for row in group]
        (frame,) = open_source(folder / "landmarks" / name).frames()
        errors.setdefault(subset, []).extend(point_errors(looker.look(frame.rgb), truths))
    return {subset: _summary(subset, found) for subset, found in errors.items()}


def true_points(points: Sequence[Sequence[float]], subset: str) -> Floats:
    """Return (68, 2) true points in our coordinates, where the first pixel's middle is (0.5, 0.5)."""
    shift = 0.5 if subset in _FROM_ZERO else -0.5
    return np.array(points, np.float32) + np.float32(shift)


def point_errors(faces: Sequence[Face], truths: Sequence[Floats]) -> list[Floats | None]:
    """Return for each true face the (68,) errors in percent of its eye distance, or None where it was not found.

    The true face is found where the box of a detection overlaps that of its points; the nearest one counts.
    """
    boxes = np.array([face.detection.box for face in faces]).reshape(-1, 4)
    found: list[Floats | None] = []
    for truth in truths:
        shared = overlaps(np.concatenate([truth.min(0), truth.max(0)]), boxes)[0]
        if not faces or shared.max() < _SAME:
            found.append(None)
            continue
        apart = np.linalg.norm(faces[int(shared.argmax())].landmarks - truth, axis=1)
        found.append(np.asarray(100 * apart / eye_distance(truth), np.float32))
    return found


def _summary(subset: str, errors: Sequence[Floats | None]) -> dict[str, Any]:
    compared = _COMPARED.get(subset, _ALL)
    each = [error for error in errors if error is not None]
    told: dict[str, Any] = {"n": len(errors), "missed": len(errors) - len(each)}
    for ending, points in (("", compared), ("_68", _ALL)):
        means = [float(error[points].mean()) for error in each]
        told |= {f"mean{ending}": _rounded(fmean, means), f"median{ending}": _rounded(median, means)}
    return told | {"points": f"{compared.start}..{compared.stop - 1}"}


def _rounded(middle: Any, values: list[float]) -> float | None:  # noqa: ANN401 - fmean and median
    return round(float(middle(values)), 3) if values else None


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise OmoteError("no list of true points", path, "name a folder laid out like ../shared/data/dev") from fault
    return sorted(rows, key=lambda row: str(row["image"]))

"""Judges files in a process of its own: python -m bench.fuzz_judge KIND; a path a line in, a verdict a line out."""

import json
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from omote.core.errors import OmoteError
from omote.stages.context import Context

_ROOM = 8 * 2**30  # bytes of address space, so that a blow-up ends this process and not the machine


def imported(path: Path, room: Path) -> None:
    """Import another tool's file."""
    from omote.stages import import_foreign

    import_foreign.run(import_foreign.ImportConfig(thing=path, faces=room / "faces"), Context())


def learnt(path: Path, room: Path) -> None:
    """Read a face picture as training does."""
    from omote.faceset.config import CropConfig
    from omote.faceset.load import load_faceset

    folder = room / "faces"
    folder.mkdir()
    shutil.copy(path, folder / "face.png")
    load_faceset([folder], 64, CropConfig(), cache=False)


def followed(path: Path, room: Path) -> None:
    """Read all of an alignments file and write it for faceswap."""
    from omote.alignments.store import Alignments
    from omote.stages import export_foreign

    own = room / "film.alignments.db"
    shutil.copy(path, own)
    with Alignments.open(own) as alignments:
        for face in alignments.faces(rejected=True):
            for mask in face.masks.values():
                mask.pixels()
        for read in (alignments.counts, alignments.pictured, alignments.without_picture, alignments.looked_at):
            read()
        alignments.finish()
    config = export_foreign.ExportConfig(thing=own, to="fsa", output=room / "film.fsa")
    export_foreign.run(config, Context())


def watched(path: Path, room: Path) -> None:
    """Decode a video to its end."""
    from omote.media.source import open_source

    for _ in open_source(path).frames():
        pass


JUDGES: dict[str, Callable[[Path, Path], None]] = {
    "png": learnt,
    "faceswap-png": imported,
    "fsa": imported,
    "json": imported,
    "dfl-jpg": imported,
    "sqlite": followed,
    "video": watched,
}


def judged(kind: str, path: Path) -> dict[str, object]:
    """Return the verdict on one file: outcome, seconds, peak MiB, and where a traceback came from.

    Outcomes are "accepted", "refused" (an error of omote's, in one line) and "traceback" (any other, warnings too).
    """
    began, why = time.perf_counter(), ""
    _forget_peak()
    with tempfile.TemporaryDirectory() as room:
        try:
            JUDGES[kind](path, Path(room))
            outcome = "accepted"
        except OmoteError as fault:
            outcome, why = ("traceback", "a line break") if "\n" in str(fault) else ("refused", str(fault))
        except Exception as fault:  # noqa: BLE001 - that is what is looked for
            last = traceback.extract_tb(fault.__traceback__)[-3:]
            places = " < ".join(f"{Path(step.filename).name}:{step.lineno}" for step in reversed(last))
            outcome, why = "traceback", f"{type(fault).__name__}: {str(fault)[:160]} at {places}"
    return {"outcome": outcome, "why": why, "seconds": time.perf_counter() - began, "peak_mib": _peak()}


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return  # not Linux: then the peak is that of all so far


def _peak() -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Judge what comes in until nothing does."""
    kind = sys.argv[1]
    resource.setrlimit(resource.RLIMIT_AS, (_ROOM, _ROOM))
    warnings.simplefilter("error")
    for line in sys.stdin:
        sys.stdout.write(json.dumps(judged(kind, Path(line.rstrip("\n")))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

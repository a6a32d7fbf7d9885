"""Extract killed at random moments until it ends, beside an unbroken run: python -m bench.kills CLIP --kills 200.

Each run of extract is a process that is killed with signal 9 after a random time, most often while it works. What lies
in the folder when it came to its end must be what one unbroken run makes: the same faces, the same pictures, byte for
byte.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omote.alignments.folder import face_pictures
from omote.alignments.store import Alignments
from omote.stages.context import Context
from omote.stages.extract import ExtractConfig, run

_PRELOADED = ["omote.stages.extract", "omote.stages.extracting.one_source"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.kills", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--frames", type=int, default=60, help="of the clip's beginning [60]")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    sys.stdout.write(f"{json.dumps(measure(asked.clip, asked.kills, asked.frames, asked.seed), indent=2)}\n")
    return 0


def measure(clip: Path, kills: int, frames: int, seed: int) -> dict[str, Any]:
    """Return how many kills there were, in how many whole runs, and what differed from the unbroken run."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        began = time.perf_counter()
        _extract(clip, whole, frames)
        lasts = time.perf_counter() - began
        truth, differing, done, runs = _made(whole), [], 0, 0
        while done < kills:
            folder = Path(place) / "killed"
            shutil.rmtree(folder, ignore_errors=True)
            while done < kills and _killed(clip, folder, frames, chance.uniform(0, lasts)):
                done += 1
            _extract(clip, folder, frames)
            runs += 1
            made = _made(folder)
            differing += [
                f"run {runs}: {name}" for name in truth.keys() | made.keys() if truth.get(name) != made.get(name)
            ]
        return {"kills": done, "runs": runs, "faces": len(list(face_pictures(whole))), "differing": sorted(differing)}


def _extract(clip: Path, folder: Path, frames: int) -> None:
    run(ExtractConfig(sources=[clip], faces=folder, range=f":{frames}"), Context())


def _killed(clip: Path, folder: Path, frames: int, seconds: float) -> bool:
    """Run extract for some seconds at most; return whether it had to be killed."""
    spawning = multiprocessing.get_context("forkserver")
    spawning.set_forkserver_preload(_PRELOADED)
    process = spawning.Process(target=_extract, args=(clip, folder, frames))
    process.start()
    process.join(seconds)
    alive = process.is_alive()
    process.kill()
    process.join()
    return alive


def _made(folder: Path) -> dict[str, object]:
    """Return what a run made, by name: the bytes of each picture, and the facts of each face in the alignments."""
    made: dict[str, object] = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".png"}
    (path,) = folder.glob("*.alignments.db")
    with Alignments.open(path) as alignments:
        for face in alignments.faces(rejected=True):
            points = (face.box.tobytes(), face.landmarks.tobytes(), None if face.raw is None else face.raw.tobytes())
            made[face.id] = (points, face.track, face.person, face.frame, sorted(face.vectors), sorted(face.masks))
    return made


if __name__ == "__main__":
    sys.exit(main())

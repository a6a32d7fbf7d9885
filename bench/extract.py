"""How fast extract is, beside its slowest part alone and beside deface, which only looks: python -m bench.extract CLIP.

All sides run in turn on the same frames, several times; figures are medians. deface's loop is the one of its program
(read by imageio, one search a frame), with the search brought to the size of picture at which omote searches and with
OpenCV's network runtime, the faster of its two here.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import imageio
import numpy as np
from deface.centerface import CenterFace

from omote.alignments.describe import frame_record, source_record
from omote.alignments.store import Alignments
from omote.core.types import Frame
from omote.imaging.boxes import overlaps
from omote.media.source import open_source
from omote.perception.config import FollowConfig, LookConfig
from omote.perception.following import Follower, Looked, Stretch
from omote.perception.look import Looker
from omote.perception.registry import identifier
from omote.perception.tracking import Tracker
from omote.stages import extract
from omote.stages.context import Context
from omote.stages.extracting.looking import described, tracked
from omote.stages.extracting.picturing import Appraiser, Pictures

_LONGEST, _STEP = 960, 32  # of the picture that CenterFace is given, in pixels
_AGREES = 0.85


class Parts:
    """The parts of extract, each of which can be run alone on what the part before it made."""

    def __init__(self, clip: Path, count: int, step: int) -> None:
        self.clip, self.count = clip, count
        self._look = LookConfig().for_kind("video")
        self._follow = FollowConfig(step=step)
        self._follower = Follower(Looker(self._look), self._follow.step)
        self.frames = list(self._decoded())
        self.stretches: list[Stretch] = list(self._follower.search(iter(self.frames)))
        self.looked: list[Looked] = list(self._follower.fill(iter(self.stretches)))

    def timed(self) -> dict[str, float]:
        """Return the seconds that each part takes alone."""
        return {name: _seconds(work) for name, work in self._works().items()}

    def share_of_whole(self) -> float:
        """Return the processor time of the part that takes most, over that of all parts."""
        spent = []
        for work in self._works().values():
            before = time.process_time()
            work()
            spent.append(time.process_time() - before)
        return max(spent) / sum(spent)

    def _works(self) -> dict[str, Callable[[], object]]:
        return {
            "decode": lambda: list(self._decoded()),
            "search": lambda: list(self._follower.search(iter(self.frames))),
            "align": lambda: list(self._follower.fill(iter(self.stretches))),
            "write": self._write,
        }

    def searched(self) -> float:
        """Return the share of frames that were searched."""
        return sum(len(stretch.found) - stretch.begins for stretch in self.stretches) / len(self.frames)

    def agreement(self) -> float:
        """Return the share of frames whose boxes are those of a search of every frame (as many, overlap 0.85)."""
        finder = Looker(self._look).finder
        right = 0
        for looked in self.looked:
            found = [face.box for face in finder.find([looked.frame.rgb])[0]]
            followed = [face.detection.box for face in looked.faces or []]
            same = len(found) == len(followed)
            right += same and (not found or bool(overlaps(found, followed).max(1).min() >= _AGREES))
        return right / len(self.looked)

    def _decoded(self) -> Iterator[Frame]:
        return islice(open_source(self.clip).frames(), self.count)

    def _write(self) -> None:
        record = source_record(open_source(self.clip).facts)
        with tempfile.TemporaryDirectory() as folder:
            appraiser, pictures = Appraiser(["extended"], "measured"), Pictures(Path(folder), record, 512)
            with Alignments.open(Path(folder) / "a.db", record) as alignments:
                seen = tracked(iter(self.looked), alignments.path, (), Tracker(None, self._follow.patience))
                for frame, found in described(seen, record, {}, self._follow.steady):
                    faces = appraiser.appraised(frame.rgb, found)
                    for face in faces:
                        pictures.write(frame, face)
                    alignments.add(frame_record(frame), faces, pictured=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.extract", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--frames", type=int, default=200, help="of the clip's beginning [200]")
    parser.add_argument("--runs", type=int, default=3, help="of each side, in turn [3]")
    parser.add_argument("--step", type=int, default=FollowConfig().step, help="frames from one search to the next [12]")
    asked = parser.parse_args(arguments)
    sys.stdout.write(f"{json.dumps(measure(asked.clip, asked.frames, asked.runs, asked.step), indent=2)}\n")
    return 0


def measure(clip: Path, count: int, runs: int, step: int) -> dict[str, Any]:
    """Return frames a second of extract, of its slowest part and of deface, their ratios, and the memory of extract.

    `cores_bound` is what the ratio to the slowest part can be at most when all parts together keep every core busy and
    that part alone keeps one busy.
    """
    peak = _peak_mib(clip, count)  # first: a child's figure begins at the size of the process it was forked from
    parts = Parts(clip, count, step)
    count = len(parts.frames)
    deface = CenterFace(in_shape=_searched_size(clip), backend="opencv")
    full, others, alone, starts = [], [], [], []
    for _ in range(runs):
        starts.append(_seconds(_load))
        full.append(_seconds(lambda: _extract(clip, count, step)) - starts[-1])
        alone.append(parts.timed())
        others.append(_seconds(lambda: _deface(deface, clip, count)))
    fps = count / median(full)
    part_fps = {name: count / median(run[name] for run in alone) for name in alone[0]}
    slowest = min(part_fps.values())
    deface_fps = count / median(others)
    return {
        "fps": round(fps, 2),
        "slowest_part_fps": round(slowest, 2),
        "ratio_to_slowest": round(median(max(a.values()) / f for a, f in zip(alone, full, strict=True)), 3),
        "deface_fps": round(deface_fps, 2),
        "ratio_to_deface": round(median(o / f for o, f in zip(others, full, strict=True)), 3),
        "peak_mib": peak,
        "parts_fps": {name: round(value, 2) for name, value in part_fps.items()},
        "cores": os.cpu_count(),
        "cores_bound": round(min(1.0, (os.cpu_count() or 1) * parts.share_of_whole()), 3),
        "start_seconds": round(median(starts), 2),
        "step": step,
        "frames": count,
        "runs": runs,
        "searched_share": round(parts.searched(), 3),
        "boxes_as_with_every_frame_searched": round(parts.agreement(), 4),
    }


def _extract(clip: Path, count: int, step: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follow = FollowConfig(step=step)
        config = extract.ExtractConfig(sources=[clip], faces=Path(folder) / "f", range=f":{count}", follow=follow)
        extract.run(config, Context())


def _load() -> None:
    """Load what extract loads before it begins, which no side's rate counts."""
    Looker(LookConfig())
    identifier("dlib-resnet")
    Appraiser(["extended"], "measured")


def _deface(network: CenterFace, clip: Path, count: int) -> None:
    with imageio.get_reader(str(clip), format="FFMPEG") as reader:
        for frame in islice(reader.iter_data(), count):
            network(np.asarray(frame), threshold=0.2)


def _searched_size(clip: Path) -> tuple[int, int]:
    facts = open_source(clip).facts
    scale = min(1.0, _LONGEST / max(facts.width, facts.height))
    width, height = (round(side * scale / _STEP) * _STEP for side in (facts.width, facts.height))
    return width, height


def _peak_mib(clip: Path, count: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "omote", "extract", str(clip), "-o", f"{folder}/f", "--range", f":{count}"]
        subprocess.run([*command, "--json"], check=True, capture_output=True)
    return round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())

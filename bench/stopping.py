"""What it costs to stop where the trainer says so: python -m bench.stopping --work DIR.

Each network learns a pair of the cast, measured every 100 iterations, until the trainer's advice says that it may end.
A copy of it ends there as advised, with the last phase of a run (three tenths of all); the other learns as long again
before it ends in the same way. Both are judged by the true swap of a performance that neither ever saw. Prints one
JSON object; every result is kept in `stopping.jsonl` of the work folder, and one that was broken off begins anew.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any, get_args

from bench.quality import SETS, Stand, stand
from bench.train_networks import settings
from omote.cast.pairs import PAIRS
from omote.core.files import write_bytes
from omote.runtime.device import DeviceName
from omote.runtime.team import Team
from omote.stages.context import Context
from omote.stages.evaluating.actors import ActorsConfig, scores, swapped_trial
from omote.stages.learning.beginning import began
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.keeping import FolderKeeper
from omote.training.advice import time_to_stop
from omote.training.config import LearnConfig
from omote.training.loop import train
from omote.training.phases import Limits
from omote.training.run import Run

CASES = ("nano@0", "noh:size=s@1", "noh:size=s@2")
LONGER = 2
_EVERY = 100


def learn_of(network: str, seed: int) -> LearnConfig:
    """Return the settings of a run: those of the standing benchmark, measured often."""
    name, *options = network.split(":")
    learn = settings(name, options, SETS["reduced"].batch, seed)
    return learn.model_copy(update={"watch": learn.watch.model_copy(update={"measure_every": _EVERY})})


class Training:
    """A run in a folder, opened again for each stretch of it."""

    def __init__(self, place: Path, on: Stand, learn: LearnConfig, device: DeviceName) -> None:
        self.place, self._on, self._device = place, on, device
        self._config = TrainConfig(model=place, a=on.faces["a"], b=on.faces["b"], device=device, learn=learn)

    def go_on(self, limits: Limits, *, until_advised: bool) -> Run:
        """Train to the limits, or until the advice says that it may end."""
        run, folders = began(self._config, Team.join(self._device), Context())

        def stop() -> bool:
            return until_advised and run.now.iteration % _EVERY == 0 and time_to_stop(run.history) is not None

        train(run, limits, FolderKeeper(self.place, folders, limits, Context()), stop)
        return run

    def copied(self, place: Path) -> "Training":
        """Return a copy that goes its own way."""
        shutil.copytree(self.place, place)
        return Training(place, self._on, self._config.learn, self._device)

    def true_swap(self) -> float:
        """Return the SSIM to the true swap inside the face."""
        pair, frames = self._on.pair, len(self._on.shots)
        asked = ActorsConfig(model=self.place, a=pair.a, b=pair.b, frames=frames, device=self._device)
        _, result = swapped_trial(asked, self.place / "trial", Context())
        return mean(each.inside.ssim for each in scores(result, self._on.shots, Context()))


def cost(case: str, work: Path, most: int, device: DeviceName) -> dict[str, Any]:
    """Train, stop where it is advised, and tell what that cost; `most` iterations without advice are told, too."""
    network, _, number = case.partition("@")
    on, learn, place = stand(PAIRS[int(number)], SETS["reduced"], work), learn_of(network, 0), work / f"stop-{case}"
    for old in work.glob(f"stop-{case}*"):
        shutil.rmtree(old)
    training = Training(place, on, learn, device)
    run = training.go_on(Limits(most), until_advised=True)
    said, (last_phase_from, at) = time_to_stop(run.history), (learn.phases[0].share or 1.0, run.now.iteration)
    if said is None:
        return {"case": case, "iterations": at, "said": None}
    found: dict[str, Any] = {"case": case, "iterations": at, "said": said}
    stopped = training.copied(place.with_name(f"{place.name}-stopped"))
    for name, one, times in (("stopped", stopped, 1), ("gone_on", training, LONGER)):
        run = one.go_on(Limits(round(times * at / last_phase_from)), until_advised=False)
        held = run.history.rows[-1]
        found[name] = {
            "iterations": run.now.iteration, "minutes": round(run.now.seconds / 60, 1), "phase": held.phase,
            "held_ssim": [held.held_ssim_a, held.held_ssim_b], "true_swap_ssim": round(one.true_swap(), 4),
        }  # fmt: skip
    less, more = (found[name]["true_swap_ssim"] for name in ("stopped", "gone_on"))
    return {**found, "cost_percent": round(100 * (1 - less / more), 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each case cost."""
    parser = argparse.ArgumentParser("python -m bench.stopping", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is drawn, and for the results")
    parser.add_argument("--cases", default=",".join(CASES), help=f"networks, each @ a pair [{','.join(CASES)}]")
    parser.add_argument("--most", type=int, default=100_000, help="iterations after which advice is not waited for")
    parser.add_argument("--device", choices=get_args(DeviceName), default="cpu", help="where to train [cpu]")
    asked = parser.parse_args(arguments)
    path = asked.work / "stopping.jsonl"
    for case in asked.cases.split(","):
        kept = {row["case"]: row for row in map(json.loads, path.read_text().splitlines())} if path.is_file() else {}
        if case not in kept:
            kept[case] = cost(case, asked.work, asked.most, asked.device)
            write_bytes(path, "".join(f"{json.dumps(row)}\n" for row in kept.values()).encode())
        sys.stdout.write(f"{json.dumps(kept[case])}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

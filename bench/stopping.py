"""What it costs to stop where the trainer says so: python -m bench.stopping --work DIR.

Each network learns a pair of the cast, measured every 100 iterations, until the trainer's advice says that it may end.
A copy of it ends there as advised, with the last phase of a run (three tenths of all); the other learns as long again
before it ends in the same way. Both are judged by the true swap of a performance that neither ever saw. Prints a JSON
object for each; every result is kept in `stopping.jsonl` of the work folder, and one that was broken off begins anew.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple, Self, get_args

from bench.quality import SETS, Stand, stand
from bench.train_networks import settings
from omote.cast.pairs import PAIRS, Pair
from omote.core.files import write_bytes
from omote.models.registry import build
from omote.runtime.device import DeviceName
from omote.runtime.precision import set_tf32
from omote.runtime.team import Team
from omote.stages.context import Context
from omote.stages.evaluating.actors import ActorsConfig, scores, swapped_trial
from omote.stages.learning.beginning import began
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.keeping import FolderKeeper
from omote.stages.work import claim
from omote.training.advice import time_to_stop
from omote.training.config import LearnConfig
from omote.training.loop import train
from omote.training.phases import Limits
from omote.training.run import Run

CASES = ("nano@0", "nano@1", "nano@2")
LONGER = 2
_EVERY, _SEED = 100, 0


class Case(NamedTuple):
    """A network, with its options, that learns a pair."""

    name: str
    pair: Pair
    learn: LearnConfig

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `noh:size=s@1`: a network, its options, and which pair of the cast.

        Raises:
            ValueError: there is no such pair.
            SettingError: there is no such network, or it has no such option.
        """
        network, _, number = text.partition("@")
        name, *options = network.split(":")
        learn = settings(name, options, SETS["reduced"].batch, _SEED)
        build(name, learn.options)
        phase, *others = learn.phases
        changes = {
            "watch": learn.watch.model_copy(update={"measure_every": _EVERY}),
            # It ends by the advice and by nothing else.
            "phases": (phase.model_copy(update={"plateau": None}), *others),
        }
        return cls(text, dict(enumerate(PAIRS))[int(number)], learn.model_copy(update=changes))


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

        with set_tf32(self._config.learn.compute.tf32):
            train(run, limits, FolderKeeper(self.place, folders, limits, Context()), stop)
        return run

    def copied(self, place: Path) -> "Training":
        """Return a copy that goes its own way."""
        shutil.copytree(self.place, place)
        return Training(place, self._on, self._config.learn, self._device)

    def true_swap(self) -> float:
        """Return the SSIM to the true swap inside the face."""
        pair, frames = self._on.pair, len(self._on.shots)
        asked = ActorsConfig(model=self.place, a=pair.a, b=pair.b, seed=_SEED, frames=frames, device=self._device)
        _, result = swapped_trial(asked, self._on.place, Context())
        return mean(each.inside.ssim for each in scores(result, self._on.shots, Context()))


def cost(case: Case, on: Stand, most: int, device: DeviceName) -> dict[str, Any]:
    """Train, stop where it is advised, and tell what that cost; that nothing was advised in `most` iterations, too."""
    place, learnt = on.place / f"stop-{case.name}", case.learn.phases[0].share or 1.0
    for old in on.place.glob(f"stop-{case.name}*"):
        shutil.rmtree(old)
    training = Training(place, on, case.learn, device)
    run = training.go_on(Limits(round(most / learnt)), until_advised=True)
    at, found = run.now.iteration, dict[str, Any](said=time_to_stop(run.history))
    if found["said"] is None:
        return found
    stopped = training.copied(place.with_name(f"{place.name}-stopped"))
    for name, one, times in (("stopped", stopped, 1), ("gone_on", training, LONGER)):
        run = one.go_on(Limits(round(times * at / learnt)), until_advised=False)
        held = run.history.rows[-1]
        found[name] = {
            "learnt": times * at, "iterations": run.now.iteration, "minutes": round(run.now.seconds / 60, 1),
            "phase": held.phase, "held_ssim": [held.held_ssim_a, held.held_ssim_b],
            "true_swap_ssim": round(one.true_swap(), 4),
        }  # fmt: skip
    less, more = (found[name]["true_swap_ssim"] for name in ("stopped", "gone_on"))
    return {**found, "cost_percent": round(100 * (1 - less / more), 2)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what each case cost."""
    parser = argparse.ArgumentParser("python -m bench.stopping", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is drawn, and for the results")
    parser.add_argument("--cases", default=",".join(CASES), help=f"networks, each @ a pair [{','.join(CASES)}]")
    parser.add_argument("--frames", type=int, default=SETS["reduced"].frames, help="to learn from [150]")
    parser.add_argument("--most", type=int, default=100_000, help="iterations after which advice is not waited for")
    parser.add_argument("--device", choices=get_args(DeviceName), default="cpu", help="where to train [cpu]")
    asked = parser.parse_args(arguments)
    cases, terms = list(map(Case.read, asked.cases.split(","))), SETS["reduced"]._replace(frames=asked.frames)
    claim(asked.work, {"frames": terms.frames, "trial": terms.trial}, "--work")
    path = asked.work / "stopping.jsonl"
    for case in cases:
        rows = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
        key = {"case": case.name, "frames": terms.frames, "most": asked.most, "device": asked.device}
        row = next((row for row in rows if row.items() >= key.items()), None)
        if row is None:
            row = {**key, **cost(case, stand(case.pair, terms, asked.work), asked.most, asked.device)}
            write_bytes(path, "".join(f"{json.dumps(each)}\n" for each in (*rows, row)).encode())
        sys.stdout.write(f"{json.dumps(row)}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

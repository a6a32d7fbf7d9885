"""Training killed at random moments until it ends, beside an unbroken run: python -m bench.train_kills --kills 100.

Each run of train is a process that is killed with signal 9 after a random time. After every kill each slot of the model
folder must be loadable; and what `last` holds when the run came to its end must be what one unbroken run makes, to the
bit: weights, all that the optimizer remembers, settings, and the state but for seconds and versions. (When `best` and
snapshots are written follows the clock too.) The network is nano in fp32 on faces of drawn actors, with all that has
memory or chance of its own: a running mean of weights, autoclip, learning-rate dropout, a critic, a cosine.

With `--nan` numbers are broken instead in a running training: a batch, a weight, the memory of the optimizer.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from bench.train_defaults import faces_of
from omote.cast.pairs import PAIRS, clips_of
from omote.core.errors import ModelError
from omote.core.events import Event, Note
from omote.faceset.batch import Batch
from omote.runtime.model_folder import Checkpoint, has_model, read_checkpoint, slots
from omote.runtime.team import Team
from omote.stages.context import Context
from omote.stages.learning.beginning import began
from omote.stages.learning.keeping import FolderKeeper
from omote.stages.train import TrainConfig, run
from omote.training import run as running
from omote.training.config import LearnConfig
from omote.training.loop import train
from omote.training.people import batch
from omote.training.phases import Limits
from omote.training.run import Run

_PRELOADED = ["bench.train_defaults", "omote.training.board", "omote.training.preview"]
_FRAMES = 12  # of each actor
_KILLED: Mapping[str, Any] = {
    "batch_size": 2,
    "compute": {"precision": "fp32"},
    "watch": {"save_every": 3, "measure_every": 4, "snapshot_every": 6, "snapshots": 2},
    "optimizer": {"clipping": "autoclip", "average": 0.9},
    "critic": {"width": 8, "delay": 4},
    "phases": [
        {"name": "learn", "share": 0.4},
        {"name": "thinned", "share": 0.7, "dropout": 0.5},
        {"name": "finish", "schedule": "cosine", "critic": 0.1},
    ],
}
_BROKEN: Mapping[str, Any] = {
    "batch_size": 2,
    "compute": {"precision": "fp32"},
    "watch": {"save_every": 5, "measure_every": 5, "tensorboard": False},
    "phases": [{"name": "learn"}],
}
_BREAKS_AT, _ENDS_AT = 7, 30
_SHOWN = 5


def measure(place: Path, kills: int, iterations: int, seed: int) -> dict[str, Any]:
    """Return how many kills there were, in how many runs, which left an unreadable model, and what differed at the end.

    `resumed` are the kills after which there was a save to go on from. The folder `place` may hold faces already.
    """
    chance, unloadable, differing = random.Random(seed), list[str](), list[str]()
    done = runs = resumed = 0
    faces, whole, folder = _faces(place), place / "whole", place / "killed"
    lasts = _lasts(_config(faces, whole, iterations, _KILLED))
    config, truth = _config(faces, folder, iterations, _KILLED), parts(read_checkpoint(whole))
    while done < kills:
        shutil.rmtree(folder, ignore_errors=True)
        reached = -1
        while done < kills and _killed(config, chance.uniform(0, lasts)):
            done += 1
            reached, fault = _reached(folder, reached)
            unloadable += [f"kill {done}: {fault}"] if fault else []
            resumed += reached > 0
        _killed(config, None)
        runs += 1
        if differs := differences(truth, parts(read_checkpoint(folder))):
            differing.append(f"run {runs}: {len(differs)} parts, {', '.join(differs[:_SHOWN])}")
    return {
        "kills": done, "runs": runs, "unloadable": unloadable, "differing": differing, "resumed": resumed,
        "iterations": iterations, "run_seconds": round(lasts, 2),
    }  # fmt: skip


def _lasts(config: TrainConfig) -> float:
    """Train twice, and return the seconds of the second: what is read and cached once is at hand from then on."""
    _killed(config, None)
    shutil.rmtree(config.model)
    began_at = time.perf_counter()
    _killed(config, None)
    return time.perf_counter() - began_at


def _faces(place: Path) -> dict[str, Path]:
    made = clips_of(PAIRS[0], _FRAMES, 1)
    return {side: faces_of(made[side], place) for side in ("a", "b")}


def _config(faces: Mapping[str, Path], model: Path, iterations: int, learn: Mapping[str, Any]) -> TrainConfig:
    chosen = LearnConfig.checked(learn)
    return TrainConfig(model=model, a=faces["a"], b=faces["b"], iterations=iterations, device="cpu", learn=chosen)


def _killed(config: TrainConfig, seconds: float | None) -> bool:
    """Train, for some seconds at most; return whether it had to be killed.

    Raises:
        RuntimeError: it ended by itself, and not well.
    """
    spawning = multiprocessing.get_context("forkserver")
    spawning.set_forkserver_preload(_PRELOADED)
    process = spawning.Process(target=run, args=(config, Context()))
    process.start()
    process.join(seconds)
    alive = process.is_alive()
    process.kill()
    process.join()
    if not alive and process.exitcode:
        raise RuntimeError(f"train ended with {process.exitcode}")
    return alive


def _reached(folder: Path, before: int) -> tuple[int, str]:
    """Return the iteration that was saved last, -1 where none was, and what is wrong with the model, if anything."""
    try:
        if before >= 0 or has_model(folder):
            last = read_checkpoint(folder).state["iteration"]
            for slot in slots(folder):
                read_checkpoint(folder, slot)
            return last, f"back from {before} to {last}" if last < before else ""
    except ModelError as fault:
        return before, str(fault)
    return -1, ""


def parts(checkpoint: Checkpoint) -> dict[str, object]:
    """Return what a checkpoint holds by name: each tensor to the bit, the settings, and each part of the state."""
    both = (("weights", checkpoint.weights), ("optimizer", checkpoint.optimizer))
    tensors = {
        f"{kind} {name}": (str(each.dtype), tuple(each.shape), each.numpy().tobytes())
        for kind, named in both
        for name, each in named.items()
    }
    state = {f"state {name}": value for name, value in timeless(checkpoint.state).items()}
    return {**tensors, **state, "settings": checkpoint.settings}


def timeless(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state without what differs from one run to the next: seconds, also those in its parts, and versions."""
    kept = {name: value for name, value in state.items() if name not in ("seconds", "versions")}
    kept["history"] = [[iteration, *row] for iteration, _, *row in state["history"]]
    kept["place"] = {**state["place"], "began": state["place"]["began"]["iteration"]}
    return kept


def differences(truth: Mapping[str, object], made: Mapping[str, object]) -> list[str]:
    """Return the names of what is not the same in both, or in one only."""
    return sorted(name for name in truth.keys() | made.keys() if truth.get(name) != made.get(name))


def survival(faces: Mapping[str, Path], model: Path, breaks: Callable[[Run], None]) -> dict[str, Any]:
    """Train and break the numbers at one moment; return what became of it.

    `survived`: it went to its end and all its weights are numbers; `said`: the lines of the log since; `iterations`
    that it did; `lowered`: times that it fell back and halved its rate.
    """
    said, broken = list[str](), list[int]()

    def hear(event: Event) -> None:
        if isinstance(event, Note) and broken:
            said.append(event.text)

    def stop() -> bool:
        if trained.now.iteration == _BREAKS_AT and not broken:
            broken.append(_BREAKS_AT)
            breaks(trained)
        return False

    config, limits = _config(faces, model, _ENDS_AT, _BROKEN), Limits(_ENDS_AT)
    trained, places = began(config, Team.join("cpu"), Context(hear))
    try:
        train(trained, limits, FolderKeeper(model, places, limits, Context(hear)), stop)
    except ModelError as fault:
        said.append(str(fault))
    finite = all(bool(torch.isfinite(each).all()) for each in trained.network.state_dict().values())
    done = trained.now.iteration
    survived = finite and done == _ENDS_AT
    return {"survived": survived, "said": said, "iterations": done, "lowered": trained.lowered}


def break_batch(run: Run) -> None:
    """Let A's next targets be no numbers, as a damaged picture or a bad augmentation would make them."""

    def broken(*drawn_by: Any) -> Batch:  # noqa: ANN401 - whatever the run passes
        once.stop()
        drawn = batch(*drawn_by)
        return drawn._replace(target=drawn.target * float("nan"))

    once = patch.object(running, "batch", broken)
    once.start()


def break_weight(run: Run) -> None:
    """Let one number of the first weight be none."""
    with torch.no_grad():
        next(run.network.parameters())[0, 0, 0, 0] = float("nan")


def break_memory(run: Run) -> None:
    """Let one number of what the optimizer remembers of the first weight be none."""
    next(iter(run.learner.optimizer.state.values()))["exp_avg"][0, 0, 0, 0] = float("nan")


_BREAKS = {"batch": break_batch, "weight": break_weight, "optimizer": break_memory}


def survivals(place: Path) -> dict[str, Any]:
    """Return what became of a training in the folder `place`, for each kind of numbers that were broken."""
    faces = _faces(place)
    return {name: survival(faces, place / name, breaks) for name, breaks in _BREAKS.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.train_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--iterations", type=int, default=150, help="of a run [150]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--nan", action="store_true", help="break numbers instead")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        found = survivals(place) if asked.nan else measure(place, asked.kills, asked.iterations, asked.seed)
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

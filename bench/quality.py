"""What each network makes of a fixed cast: python -m bench.quality --work DIR, or --set full --device cuda.

Drawn actors have a true swap, so here a swap can be measured. Every network learns each pair of the cast from the same
faces, with the same crop, augmentation, losses and batch, for the same time of steps, at its own learning rate. After a
quarter of that time and at its end it is judged on a performance with poses and light that it never saw: by the true
swap, and by all that `omote evaluate` tells where there is none; so it is seen which of those figures tell the truth.

The reduced set (three pairs, small networks) is for two CPU cores and three quarters of an hour, the full one (ten
pairs, all networks, those of other packages too) for a GPU. `--networks` names others: nano,noh:size=s. The table goes
to docs/benchmark.md. Every result is kept in `quality.jsonl` of the work folder; a measure that was broken off goes on
where it was, in the midst of a training from its last save.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, get_args

import torch

from bench.quality_page import Facts, page
from bench.train_networks import settings
from omote.cast.pairs import PAIRS, Pair, clips_of, trial_of
from omote.cast.render import Shot
from omote.cast.scene import Scene
from omote.core.errors import ModelError
from omote.core.files import write_bytes
from omote.core.registry import known
from omote.evaluation.measures import Measure
from omote.evaluation.true_swap import measures
from omote.models.anatomy import parameters
from omote.models.registry import MODELS, build
from omote.runtime.device import DeviceName, pick_device
from omote.runtime.precision import set_tf32
from omote.runtime.team import Team
from omote.stages import extract
from omote.stages.context import Context
from omote.stages.evaluating.actors import ActorsConfig, scores, shots_of, swapped_trial
from omote.stages.evaluating.config import EvaluateConfig, SampleConfig
from omote.stages.evaluating.model import ModelConfig, evaluate_model
from omote.stages.evaluating.result import evaluate_result
from omote.stages.filming import filmed
from omote.stages.learning.beginning import began
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.keeping import FolderKeeper
from omote.stages.work import claim
from omote.training.config import LearnConfig
from omote.training.loop import train
from omote.training.phases import Limits
from omote.training.run import Run

STOPS = (0.25, 1.0)
"""Shares of the time after which a network is judged."""
NOTHING = "do nothing"
_ANY = Path("any")  # a model that is never opened
_SEED = 0
_LATE = 0.1  # share of the time by which a stop but the last may be missed for a model to be judged for it still
_FEWEST = 8  # frames of a trial, of which `omote evaluate` looks at neighbours


class Terms(NamedTuple):
    """What is the same for all networks of a set.

    Attributes:
        pairs: of the cast, from the first on.
        networks: what is trained, each a name with `:option=value` of its own; none: all there are.
        minutes: of the steps of each training.
        frames: to learn from, of each person.
        trial: frames to be swapped and judged.
        batch: faces of each person in a step.
    """

    pairs: int
    networks: tuple[str, ...]
    minutes: float
    frames: int
    trial: int
    batch: int


SETS = {
    "reduced": Terms(3, ("nano", "noh:size=s", "original"), 3, 150, 48, 4),
    "full": Terms(10, (), 10, 600, 90, 16),
}


class Stand(NamedTuple):
    """A pair, ready to be learnt and judged.

    Attributes:
        pair: who.
        place: folder for the trial.
        faces: folders of faces to learn from.
        shots: of the trial: what is played, A and B playing it.
    """

    pair: Pair
    place: Path
    faces: Mapping[str, Path]
    shots: Sequence[tuple[Scene, Shot, Shot]]


def stand(pair: Pair, terms: Terms, work: Path) -> Stand:
    """Draw what is learnt from and judged by, and find the faces, unless they are there."""
    place = work / f"pair-{pair.a}-{pair.b}"
    clips = clips_of(pair, terms.frames, 1, _SEED)
    faces = {side: place / f"faces-{side}" for side in ("a", "b")}
    for side, folder in faces.items():
        film = filmed(clips[side], place / "clips", Context())
        extract.run(extract.ExtractConfig(sources=[film], faces=folder), Context())
    return Stand(pair, place, faces, list(shots_of(trial_of(pair, terms.trial, _SEED))))


def judged(model: Path, on: Stand, device: DeviceName) -> dict[str, list[Measure]]:
    """Return what is told of a model: by the true swap, on held-out faces, and of its result beside the plate."""
    asked = ActorsConfig(model=model, a=on.pair.a, b=on.pair.b, seed=_SEED, frames=len(on.shots), device=device)
    plate, result = swapped_trial(asked, on.place, Context())
    looked = EvaluateConfig(sample=SampleConfig(frames=len(on.shots), together=8, identify=16))
    return {
        "true": measures(scores(result, on.shots, Context())),
        "model": evaluate_model(ModelConfig(model=model, device=device), Context()),
        "result": list(evaluate_result(looked, (result, plate, on.faces["b"]), Context()).measures),
    }


def untouched(on: Stand) -> dict[str, list[Measure]]:
    """Return how near the plate itself comes to the true swap."""
    asked = ActorsConfig(model=_ANY, a=on.pair.a, b=on.pair.b, seed=_SEED, frames=len(on.shots))
    plate = filmed(asked.clips()["plate"], on.place, Context())
    return {"true": measures(scores(plate, on.shots, Context()))}


class Cell(NamedTuple):
    """A network for a pair.

    Attributes:
        name: of the network, with its options.
        pair: who is learnt.
        learn: all settings of learning.
        key: that tells its results from others'.
    """

    name: str
    pair: Pair
    learn: LearnConfig
    key: str


def cells(names: Sequence[str], terms: Terms, device: DeviceName) -> list[Cell]:
    """Return every network for every pair, pair by pair.

    Raises:
        SettingError: there is no such network, or it has no such option.
    """
    same = (terms.minutes, terms.frames, terms.trial, terms.batch, device, STOPS)
    learnt = {}
    for name in names:
        network, *options = name.split(":")
        learnt[name] = settings(network, options, terms.batch, _SEED)
        build(network, learnt[name].options)  # a wrong name or option is told before any work
    return [
        Cell(name, pair, learn, _key(learn.model_dump_json(), pair, same))
        for pair in PAIRS[: terms.pairs]
        for name, learn in learnt.items()
    ]


def stops(cell: Cell, seconds: float, on: Stand, device: DeviceName, place: Path) -> Iterator[tuple[float, Run]]:
    """Train in the folder `place`, going on where it was; give each share of the time at which it is to be judged.

    Raises:
        ModelError: the numbers broke again and again.
    """
    limits, context = Limits(10**9, seconds), Context()
    config = TrainConfig(model=place, a=on.faces["a"], b=on.faces["b"], device=device, learn=cell.learn)
    run, folders = began(config, Team.join(device), context)
    for share in STOPS:
        until = share * seconds
        if run.now.seconds < until:
            with set_tf32(cell.learn.compute.tf32):
                train(run, limits, FolderKeeper(place, folders, limits, context), lambda: run.now.seconds >= until)  # noqa: B023
        if run.now.seconds < until + _LATE * seconds or share == STOPS[-1]:
            yield share, run


class Kept:
    """Rows in a file, by what they are the result of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        self._rows = {(row["key"], row["share"]): row for row in map(json.loads, lines)}

    def __contains__(self, what: tuple[str, float]) -> bool:
        return what in self._rows

    def add(self, key: str, share: float, row: Mapping[str, Any], told: Mapping[str, Sequence[Measure]]) -> None:
        """Keep a row in the file."""
        figures = {part: [each.model_dump() for each in measures] for part, measures in told.items()}
        self._rows[key, share] = {"key": key, "share": share, **row, "measures": figures}
        write_bytes(self._path, "".join(f"{json.dumps(each)}\n" for each in self._rows.values()).encode())

    def of(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Return the rows of some keys, in their order."""
        return [row for key in keys for (own, _), row in self._rows.items() if own == key]


def compare(wanted: Sequence[Cell], terms: Terms, device: DeviceName, work: Path) -> list[dict[str, Any]]:
    """Return a row for each pair untouched and for each network and stop, made where it is not kept yet.

    Args:
        wanted: what is trained, pair by pair.
        terms: of all.
        device: where to train and convert.
        work: folder for what is drawn, and for the rows.
    """
    kept, keys = Kept(work / "quality.jsonl"), list[str]()
    for pair, group in groupby(wanted, lambda cell: cell.pair):
        nothing, of_pair = _key(NOTHING, pair, terms.trial), list(group)
        keys += [nothing, *(cell.key for cell in of_pair)]
        missing = [cell for cell in of_pair if (cell.key, STOPS[-1]) not in kept]
        if not missing and (nothing, STOPS[-1]) in kept:
            continue
        on = stand(pair, terms, work)
        if (nothing, STOPS[-1]) not in kept:
            kept.add(nothing, STOPS[-1], {"network": NOTHING, "pair": pair_seeds(pair)}, untouched(on))
        for cell in missing:
            _fill(cell, terms, device, on, kept)
    return kept.of(keys)


def _fill(cell: Cell, terms: Terms, device: DeviceName, on: Stand, kept: Kept) -> None:
    place, facts = on.place / f"model-{cell.key}", {"network": cell.name, "pair": pair_seeds(cell.pair)}
    try:
        for share, run in stops(cell, 60 * terms.minutes, on, device, place):
            if (cell.key, share) not in kept:
                kept.add(cell.key, share, {**facts, **_pace(run)}, judged(place, on, device))
    except ModelError as fault:
        kept.add(cell.key, STOPS[-1], {**facts, "fault": fault.what}, {})
    shutil.rmtree(place, ignore_errors=True)  # gigabytes, for some


def pair_seeds(pair: Pair) -> list[int]:
    """Return a pair as JSON has it."""
    return [pair.a, pair.b]


def _pace(run: Run) -> dict[str, Any]:
    return {
        "iterations": run.now.iteration, "seconds": round(run.now.seconds, 1),
        "it_per_s": round(run.now.iteration / run.now.seconds, 3), "parameters": parameters(run.network),
        "output": run.network.output_size, "precision": run.learner.precision.name,
    }  # fmt: skip


def _key(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def facts_of(device: DeviceName, terms: Terms, command: Sequence[str]) -> Facts:
    """Return what the page says of the machine and of the terms."""
    there = pick_device(device)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    chip = torch.cuda.get_device_name(there) if there.type == "cuda" else f"{_processor()}, cores: {cores}"
    words = f"{chip}, torch {torch.__version__}, omote {version('omote')}"
    return Facts(f"{datetime.now(UTC):%Y-%m-%d}", words, " ".join(command), terms._asdict(), NOTHING)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page and print all rows as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.quality", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is drawn, and for the rows")
    parser.add_argument("--set", choices=sorted(SETS), default="reduced", help="which terms [reduced]")
    parser.add_argument("--networks", help="names, commas between, in place of those of the set")
    parser.add_argument(
        "--pairs", type=int, choices=range(1, len(PAIRS) + 1), help="of the cast, in place of the set's"
    )
    parser.add_argument("--minutes", type=float, help="of each training's steps, in place of the set's")
    parser.add_argument("--frames", type=int, help="to learn from, in place of the set's")
    parser.add_argument("--trial", type=int, help="frames to be swapped, in place of the set's")
    parser.add_argument("--device", choices=get_args(DeviceName), default="cpu", help="where to train [cpu]")
    parser.add_argument("--page", type=Path, default=Path("docs/benchmark.md"), help="to write [docs/benchmark.md]")
    asked = parser.parse_args(arguments)
    if asked.trial is not None and asked.trial < _FEWEST:
        parser.error(f"--trial is {_FEWEST} frames or more, not {asked.trial}")
    own = {
        name: value for name in ("pairs", "minutes", "frames", "trial") if (value := getattr(asked, name)) is not None
    }
    terms = SETS[asked.set]._replace(**own)
    names = asked.networks.split(",") if asked.networks else terms.networks or sorted(known(MODELS, "omote.models"))
    terms = terms._replace(networks=tuple(names))
    wanted = cells(names, terms, asked.device)
    claim(asked.work, {"frames": terms.frames, "trial": terms.trial}, "--work")
    rows = compare(wanted, terms, asked.device, asked.work)
    command = ["python -m bench.quality", *(sys.argv[1:] if arguments is None else arguments)]
    write_bytes(asked.page, page(rows, facts_of(asked.device, terms, command)).encode())
    sys.stdout.write(f"{json.dumps({'rows': rows, 'page': str(asked.page)})}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

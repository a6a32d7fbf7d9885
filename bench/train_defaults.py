"""What each choice of training is worth on drawn actors: python -m bench.train_defaults --work DIR --iterations 2000.

The network nano learns the two actors of `omote demo` with the demo's crop and augmentation, once for each optimizer,
initializer, loss and list of phases; all but one of these is what it is by default. Each takes as many iterations, and
each optimizer has its own default rate. Told are the SSIM of held-out faces of A and B, and that of a clip of A which
was never seen, swapped, to the true swap, inside the face; over several seeds their means and how far apart they lie.

Clips, faces and true swaps are made once in the work folder; every result is kept in its `rows.jsonl`. A measure that
was broken off goes on where it was, and what several groups share, as the defaults, is trained once.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple, get_args

import numpy as np

from omote.cast.clip import Clip
from omote.cast.pairs import PAIRS, clips_of
from omote.core.config import laid_over
from omote.core.errors import ModelError
from omote.core.files import write_bytes
from omote.core.types import Floats, Picture
from omote.evaluation.truth import likeness, mean_likeness
from omote.media.source import open_source
from omote.models.nano import Nano
from omote.runtime.team import Team
from omote.stages import convert, extract
from omote.stages.context import Context
from omote.stages.demo import DemoConfig
from omote.stages.filming import filmed
from omote.stages.learning.beginning import began
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.keeping import FolderKeeper
from omote.stages.work import claim
from omote.training.config import LearnConfig, LossConfig, OptimizerConfig
from omote.training.loop import train
from omote.training.optimizers import default_rate
from omote.training.phases import Limits

_BASE = {"watch": {"save_every": 10**6, "tensorboard": False}, "compute": {"precision": "fp32"}}
_SCORES = ("held_ssim_a", "held_ssim_b", "true_swap_ssim")

_OPTIMIZERS: tuple[str, ...] = get_args(OptimizerConfig.model_fields["name"].annotation)
_MEASURES = (
    "ssim mse", "ssim", "mse", "mae", "ms_ssim mae", "ssim mse laplacian", "ssim mse gradient", "ssim mse frequency",
    "logcosh", "smooth",
)  # fmt: skip
_WEIGHING: Sequence[Mapping[str, float]] = (
    {"eyes": 1, "mouth": 1}, {"eyes": 3, "mouth": 2}, {"outside": 0}, {"outside": 0.1}, {"outside": 1}, {"by_area": 1},
)  # fmt: skip
_LEARN: Mapping[str, Any] = {"name": "learn", "share": 0.7}
_FINISH: Mapping[str, Any] = {"name": "finish", "schedule": "cosine"}
_PHASES: Mapping[str, list[Mapping[str, Any]]] = {
    "constant": [{"name": "learn"}],
    "cosine": [_FINISH],
    "cosine after half": [{**_LEARN, "share": 0.5}, _FINISH],
    "cosine without warp": [_LEARN, {**_FINISH, "warp": False}],
    "cosine without mirroring": [_LEARN, {**_FINISH, "flip": False}],
    "rate dropout, cosine": [_LEARN, {"name": "thinned", "share": 0.85, "dropout": 0.7}, _FINISH],
    "cosine with critic": [_LEARN, {**_FINISH, "critic": 0.1}],
}


class Case(NamedTuple):
    """A choice: of which group, its name, and the settings that it changes."""

    group: str
    name: str
    learn: Mapping[str, Any]


def cases() -> Iterator[Case]:
    """Give every choice that is compared; the default is the first of each group."""
    for name in _OPTIMIZERS:
        yield Case("optimizer", name, {"optimizer": {"name": name}})
    for kernel, icnr in product(("he_uniform", "convaware"), (False, True)):
        yield Case("initializer", kernel + ", icnr" * icnr, {"initial": {"kernel": kernel, "icnr": icnr}})
    for terms in _MEASURES:
        yield Case("loss", terms, _loss(terms.split()))
    for weighing in _WEIGHING:
        name = ", ".join(f"{setting} {value}" for setting, value in weighing.items())
        yield Case("loss", name, _loss(("ssim", "mse"), **weighing))
    yield Case("phases", "default", {})
    for name, phases in _PHASES.items():
        yield Case("phases", name, {"phases": phases})


def _loss(terms: Iterable[str], **weighing: float) -> dict[str, Any]:
    return {"loss": LossConfig.of(dict.fromkeys(terms, 1), **weighing).model_dump()}


def settings(case: Case, rate: float, batch: int, seed: int) -> LearnConfig:
    """Return all settings of learning; `rate` is Adam's, from which that of the rule of steps follows."""
    base = laid_over(DemoConfig().learn.model_dump(mode="json"), _BASE)
    whole = laid_over(base, {**case.learn, "batch_size": batch, "seed": seed})
    whole["optimizer"]["learning_rate"] = default_rate(whole["optimizer"]["name"], rate)
    return LearnConfig.checked(whole)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What is learnt from and judged by: face folders, A's clip to be swapped, and by frame truth and (H, W) mask."""

    faces: Mapping[str, Path]
    plate: Path
    truth: Sequence[tuple[Picture, Floats]]


def faces_of(clip: Clip, folder: Path) -> Path:
    """Return the folder of a clip's faces, extracted unless they are there."""
    faces = folder / f"faces-{clip.name}"
    extract.run(extract.ExtractConfig(sources=[filmed(clip, folder, Context())], faces=faces), Context())
    return faces


def drawn(work: Path, frames: int, plate_frames: int) -> Drawn:
    """Return what is learnt from and judged by, made in the work folder unless it is there."""
    claim(work, {"frames": frames, "plate_frames": plate_frames}, "--work")
    made, kept = clips_of(PAIRS[0], frames, plate_frames), work / "truth.npz"
    plate = filmed(made["plate"], work, Context())
    extract.run(extract.ExtractConfig(sources=[plate], alignments=work), Context())  # where convert looks for them
    if not kept.is_file():
        shots = [(made["truth"].shot(index), made["plate"].shot(index)) for index in range(plate_frames)]
        both = [np.minimum(true.mask, before.mask) for true, before in shots]  # hair and head stay A's in any swap
        np.savez(work / "part.npz", rgb=[true.rgb for true, _ in shots], mask=both)
        (work / "part.npz").replace(kept)
    with np.load(kept) as truth:
        pairs = list(zip(truth["rgb"], truth["mask"], strict=True))
    return Drawn({side: faces_of(made[side], work) for side in ("a", "b")}, plate, pairs)


def true_swap_ssim(video: Path, truth: Sequence[tuple[Picture, Floats]]) -> float:
    """Return how like a video's frames are to the true ones, inside the face."""
    pairs = zip(open_source(video).frames(), truth, strict=True)
    return mean_likeness(likeness(frame.rgb, *true) for frame, true in pairs).ssim


def result(learn: LearnConfig, limits: Limits, on: Drawn) -> dict[str, Any]:
    """Train with these settings; return the scores, or the fault where the numbers broke again and again."""
    with tempfile.TemporaryDirectory() as place:
        model = Path(place) / "model"
        config = TrainConfig(model=model, a=on.faces["a"], b=on.faces["b"], device="cpu", learn=learn)
        run, places = began(config, Team.join("cpu"), Context())
        try:
            train(run, limits, FolderKeeper(model, places, limits, Context()), lambda: False)
        except ModelError as fault:
            return {"fault": fault.what}
        held, output = run.measure(), model / "swapped.mp4"
        convert.run(convert.ConvertConfig(source=on.plate, model=model, output=output, device="cpu"), Context())
        swapped = true_swap_ssim(output, on.truth)
    scores = dict(zip(_SCORES, (held and held.ssim_a, held and held.ssim_b, swapped), strict=True))
    return {**scores, "iterations": run.now.iteration, "seconds": round(run.now.seconds, 1)}


def measure(
    on: Drawn, chosen: Iterable[Case], limits: Limits, seeds: int, rate: float, batch: int
) -> list[dict[str, Any]]:
    """Return a row for each choice, trained where its result is not kept yet in `rows.jsonl` beside the plate."""
    path, rows = on.plate.with_name("rows.jsonl"), []
    kept = {row["key"]: row for row in map(json.loads, path.read_text().splitlines())} if path.is_file() else {}
    for case in chosen:
        each = []
        for seed in range(seeds):
            learn = settings(case, rate, batch, seed)
            key = hashlib.sha256(f"{learn.model_dump_json()} {limits}".encode()).hexdigest()[:16]
            if key not in kept:
                kept[key] = {"key": key, **case._asdict(), "seed": seed, **result(learn, limits, on)}
                write_bytes(path, "".join(f"{json.dumps(row)}\n" for row in kept.values()).encode())
            each.append(kept[key])
        rows.append({"group": case.group, "name": case.name, **summary(each)})
    return rows


def summary(each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the means over seeds, how far apart their true swaps lie, and how many broke."""
    sound = [row for row in each if "fault" not in row]
    told: dict[str, Any] = {"seeds": len(each), "broken": len(each) - len(sound)}
    if sound:
        means = {name: round(mean(row[name] for row in sound), 4) for name in (*_SCORES, "iterations", "seconds")}
        swaps = [row["true_swap_ssim"] for row in sound]
        told |= {**means, "spread": round(max(swaps) - min(swaps), 4)}
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.train_defaults", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is drawn, and for the rows")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--iterations", type=int, default=2000, help="of each training [2000]")
    budget.add_argument("--seconds", type=float, help="of each training, in place of iterations")
    parser.add_argument("--only", choices=["optimizer", "initializer", "loss", "phases"])
    parser.add_argument("--seeds", type=int, default=1, help="trainings of each choice [1]")
    parser.add_argument("--rate", type=float, default=Nano.learning_rate, help="Adam's learning rate [nano's own]")
    parser.add_argument("--batch", type=int, default=4, help="faces of each person in a step [4]")
    parser.add_argument("--frames", type=int, default=150, help="to learn from, of each person [150]")
    parser.add_argument("--plate-frames", type=int, default=50, help="to be swapped and judged [50]")
    asked = parser.parse_args(arguments)
    limits = Limits(10**9, asked.seconds) if asked.seconds else Limits(asked.iterations)
    on = drawn(asked.work, asked.frames, asked.plate_frames)
    chosen = [case for case in cases() if asked.only in (None, case.group)]
    rows = measure(on, chosen, limits, asked.seeds, asked.rate, asked.batch)
    found = {"rows": rows, "do_nothing_ssim": round(true_swap_ssim(on.plate, on.truth), 4), "rate": asked.rate}
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

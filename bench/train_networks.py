"""What each network makes of drawn actors in the same time: python -m bench.train_networks --work DIR --minutes 30.

Every network learns the two actors of `omote demo` from the same faces, with the same crop, augmentation, losses and
batch, for the same seconds of steps and at its own learning rate. Told are, of either person's held-out faces, the SSIM
at the network's own size and that at one size for all, lest a small network be judged by easier pictures; and that of a
clip of A which was never seen, swapped, to the true swap, inside the face. Faces and clips are those of
`bench.train_defaults`, and may lie in its work folder.

Every result is kept in `networks.jsonl` of the work folder, and the swapped clip beside it; a measure that was broken
off goes on where it was, in the midst of a training from its last save.
"""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args

from torch import Tensor
from torch.nn import functional

from bench.train_defaults import Drawn, drawn, true_swap_ssim
from omote.core.config import laid_over
from omote.core.errors import ModelError
from omote.core.files import write_bytes
from omote.evaluation.held_out import held_out
from omote.faceset.load import load_faceset
from omote.models.anatomy import parameters
from omote.models.base import Decoded, Side, SwapNetwork
from omote.runtime.device import DeviceName
from omote.runtime.precision import set_tf32
from omote.runtime.team import Team
from omote.stages import convert
from omote.stages.context import Context
from omote.stages.demo import DemoConfig
from omote.stages.learning.beginning import began
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.keeping import FolderKeeper
from omote.training.both import SIDES
from omote.training.config import LearnConfig
from omote.training.loop import train
from omote.training.measure import Measured, measure
from omote.training.phases import Limits
from omote.training.run import Run

_BASE = {"optimizer": {"learning_rate": None}, "watch": {"save_every": 10**6, "tensorboard": False}}


def settings(network: str, pairs: Sequence[str], batch: int, seed: int) -> LearnConfig:
    """Return all settings of learning.

    Args:
        network: its name.
        pairs: of its own settings, each `name=value`.
        batch: faces of each person in a step.
        seed: of all chance.

    Raises:
        SettingError: a setting is out of range.
    """
    base = laid_over(DemoConfig().learn.model_dump(mode="json"), _BASE)
    whole = laid_over(base, {"network": network, "batch_size": batch, "seed": seed})
    return LearnConfig.with_pairs(whole, [f"options.{pair}" for pair in pairs])


class Resized(SwapNetwork):
    """A network whose faces are brought to another size, bicubically; masks are left out."""

    def __init__(self, network: SwapNetwork, size: int) -> None:
        super().__init__()
        self.network, self.input_size, self.output_size = network, network.input_size, size

    def encode(self, face_BCHW: Tensor) -> Tensor:
        """Do as the network does."""
        return self.network.encode(face_BCHW)

    def decode(self, code: Tensor, side: Side) -> Decoded:
        """Make (B, 3, size, size) faces."""
        face = self.network.decode(code, side).face.float()
        size = (self.output_size, self.output_size)
        return Decoded(functional.interpolate(face, size, mode="bicubic", antialias=True).clamp(0, 1), None)


def at_size(run: Run, faces: Mapping[str, Path], size: int) -> Measured | None:
    """Measure a run's network on the held-out faces, all at one size, whatever its own is."""
    network, learn = run.network, run.config
    held = {}
    for side in SIDES:
        loaded = load_faceset([faces[side]], max(size, network.input_size), learn.crop)
        held[side] = held_out(loaded, learn.data.held_out, network.input_size, size, run.team.device)
    with run.learner.shown():
        return measure(Resized(network, size), run.learner.loss, held)


class Terms(NamedTuple):
    """What is the same for all networks.

    Attributes:
        limits: of each training.
        size: side of the faces that are compared, in pixels.
        device: where to train and convert.
    """

    limits: Limits
    size: int = 128
    device: DeviceName = "cpu"


def result(learn: LearnConfig, terms: Terms, on: Drawn, place: Path) -> dict[str, Any]:
    """Train in the folder `place`, going on where it was, and score; or tell the fault where the numbers broke."""
    limits, size, device = terms
    context = Context()
    config = TrainConfig(model=place, a=on.faces["a"], b=on.faces["b"], device=device, learn=learn)
    run, folders = began(config, Team.join(device), context)
    try:
        with set_tf32(learn.compute.tf32):
            train(run, limits, FolderKeeper(place, folders, limits, context), lambda: False)
    except ModelError as fault:
        return {"fault": fault.what}
    output = on.plate.with_name(f"swapped-{place.name}.mp4")
    convert.run(
        convert.ConvertConfig(source=on.plate, model=place, output=output, device=device, overwrite=True), context
    )
    return {
        **_scores("own", run.measure()), **_scores(f"at_{size}", at_size(run, on.faces, size)),
        "true_swap_ssim": round(true_swap_ssim(output, on.truth), 4),
        "iterations": run.now.iteration, "seconds": round(run.now.seconds, 1),
        "it_per_s": round(run.now.iteration / run.now.seconds, 3),
        "input": run.network.input_size, "output": run.network.output_size, "parameters": parameters(run.network),
        "precision": run.learner.precision.name,
    }  # fmt: skip


def _scores(at: str, held: Measured | None) -> dict[str, float | None]:
    return {f"held_ssim_{side}_{at}": held and round(held[2 + number], 4) for number, side in enumerate(SIDES)}


def compare(on: Drawn, chosen: Sequence[LearnConfig], terms: Terms) -> list[dict[str, Any]]:
    """Return a row for each, trained where its result is not kept yet in `networks.jsonl` beside the plate."""
    path, rows = on.plate.with_name("networks.jsonl"), []
    kept = {row["key"]: row for row in map(json.loads, path.read_text().splitlines())} if path.is_file() else {}
    for learn in chosen:
        key = hashlib.sha256(f"{learn.model_dump_json()} {terms}".encode()).hexdigest()[:16]
        if key not in kept:
            place = path.with_name(f"{learn.network}-{key}")
            found = result(learn, terms, on, place)
            kept[key] = {"key": key, "network": learn.network, "options": learn.options, **found}
            write_bytes(path, "".join(f"{json.dumps(row)}\n" for row in kept.values()).encode())
            shutil.rmtree(place, ignore_errors=True)  # gigabytes, for some
        rows.append(kept[key])
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.train_networks", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for what is drawn, and for the rows")
    parser.add_argument("--minutes", type=float, default=30, help="of each training's steps [30]")
    parser.add_argument("--networks", default="noh,original,dfaker,dlight", help="names, commas between")
    parser.add_argument("--option", action="append", default=[], help="noh.size=s: a setting of one of them")
    parser.add_argument("--size", type=int, default=128, help="at which faces of all are compared, in pixels [128]")
    parser.add_argument("--batch", type=int, default=4, help="faces of each person in a step [4]")
    parser.add_argument("--device", choices=get_args(DeviceName), default="cpu", help="where to train [cpu]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--frames", type=int, default=150, help="to learn from, of each person [150]")
    parser.add_argument("--plate-frames", type=int, default=50, help="to be swapped and judged [50]")
    asked = parser.parse_args(arguments)
    names = asked.networks.split(",")
    pairs = [option.partition(".") for option in asked.option]
    if strangers := {network for network, *_ in pairs} - set(names):
        parser.error(f"an option of {', '.join(sorted(strangers))}, which is not among --networks")
    chosen = [
        settings(name, [pair for network, _, pair in pairs if network == name], asked.batch, asked.seed)
        for name in names
    ]
    on = drawn(asked.work, asked.frames, asked.plate_frames)
    rows = compare(on, chosen, Terms(Limits(10**9, asked.minutes * 60), asked.size, asked.device))
    found = {"rows": rows, "do_nothing_ssim": round(true_swap_ssim(on.plate, on.truth), 4)}
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

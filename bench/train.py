"""How fast training is beside the bare network: python -m bench.train --model lightweight --batch 8 --device cpu.

Both sides run in one process, in turn, `--rounds` times; figures are medians, the ratio that of the pairs. The full
loop is `training.loop.train` with all defaults on 512 synthetic faces a side: augmentation, held-out measures, a model
folder, previews, TensorBoard. The bare side takes forward, loss, backward and the optimizer's step on one fixed batch
of each person that lies on the device, with a network, loss, optimizer and precision of its own made alike.

A slow network needs an hour for the 250 iterations from one save to the next. So a stretch of the loop is `--steps`
plain iterations, and then one at which a measure and a save with its preview are due: what that one takes beyond a
plain one is `upkeep_ms`. Each iteration is charged with a 250th of it; with less of the save where saves are rarer,
lest they take too much of the time, and with more where the loop saves by the clock, after five minutes.

`peak_mib` is read before the bare side exists: on a CPU the most that the process had, on a GPU what torch reserved.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, get_args

import torch
from torch.nn.functional import interpolate

from omote.core.registry import known
from omote.faceset.load import Faceset, digest_of, stored_side
from omote.imaging.landmarks import MEAN_FACE
from omote.models.base import Side
from omote.models.registry import MODELS
from omote.runtime.device import DeviceName
from omote.runtime.precision import Precision, pick_precision, set_tf32
from omote.runtime.team import Team
from omote.stages.context import Context
from omote.stages.learning.keeping import _REST, FolderKeeper
from omote.training.both import SIDES
from omote.training.config import ComputeConfig, LearnConfig
from omote.training.learner import Batches, Learner
from omote.training.loop import train
from omote.training.pace import _SAVE_SECONDS
from omote.training.people import batch
from omote.training.phases import Limits
from omote.training.run import Run, base_rate, fresh_network

_FACES = 512
_EVERY = 250  # iterations between saves and between measures, the settings' default
_LIMITS = Limits(10**6)
_WARM, _STRETCH_SECONDS, _FEWEST, _MOST = 3, 10.0, 5, 240
_EAGER = ComputeConfig(precision="fp32", compile="off", tf32=False)


class Stretch(NamedTuple):
    """Seconds that a plain iteration of the full loop took, a measure on top of one, and a save."""

    step: float
    measure: float
    save: float

    @property
    def charged(self) -> float:
        """Seconds an iteration, its share of measures and saves included."""
        between = min(_SAVE_SECONDS, max(_EVERY * self.step, _REST * self.save))
        return self.step * (1 + self.save / between) + self.measure / _EVERY


class Keeper(FolderKeeper):
    """A keeper that knows how long a save took."""

    saving = 0.0

    def save(self, run: Run) -> None:
        """Save as ever."""
        began = time.perf_counter()
        super().save(run)
        self.saving = time.perf_counter() - began


def stretch(run: Run, model: Path, steps: int) -> Stretch:
    """Run the full loop for so many plain iterations, 1 to 249, and one at which a measure and a save are due."""
    marks: list[float] = []
    ends = (run.now.iteration // _EVERY + 1) * _EVERY
    begins = ends - 1 - steps
    run.now = replace(run.now, iteration=begins)  # as if those between had been done

    def stop() -> bool:  # asked before every step, and after the last
        if run.now.iteration in (begins, ends - 1, ends):
            marks.append(_settled(run.team.device))
        return run.now.iteration >= ends

    # A keeper of its own: one that has just saved would want to rest first.
    keeper = Keeper(model, {side: [model] for side in SIDES}, _LIMITS, Context())
    keeper.begin(run)
    train(run, _LIMITS, keeper, stop)
    keeper.finish(run)
    begun, plain, done = marks
    step = (plain - begun) / steps
    return Stretch(step, max(0.0, done - plain - step - keeper.saving), keeper.saving)


def bare(config: LearnConfig, batches: Batches, team: Team, precision: Precision) -> Callable[[int], float]:
    """Return what steps a network, and nothing around it, on one fixed batch, and tells the mean seconds of a step."""
    network, scaler = fresh_network(config, team.device), precision.scaler
    learner = Learner(config, network, base_rate(config, network), team, precision)

    def step() -> None:
        learner.optimizer.zero_grad(set_to_none=True)
        made = learner.made(batches)
        loss = torch.stack([learner.loss(made[side], batches[side]) for side in SIDES]).sum()
        if scaler is None:
            loss.backward()  # type: ignore[no-untyped-call]
            learner.optimizer.step()
        else:
            scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
            scaler.step(learner.optimizer)
            scaler.update()

    def timed(steps: int) -> float:
        began = _settled(team.device)
        for _ in range(steps):
            step()
        return (_settled(team.device) - began) / steps

    return timed


def synthetic(seed: int, size: int, count: int = _FACES) -> Faceset:
    """Return faces that are soft colours under masks where a face has its own: cost as real ones, nothing to read."""
    generator = torch.Generator().manual_seed(seed)
    side = stored_side(size)
    faces = torch.empty(count, 6, side, side, dtype=torch.uint8)
    axis = (torch.arange(side) + 0.5) / size - side / size / 2
    for channel, (x, y, wide, high) in enumerate([(0, 0, 0.33, 0.45), (0, -0.15, 0.25, 0.06), (0, 0.2, 0.15, 0.08)], 3):
        faces[:, channel] = 255 * (((axis - x) / wide) ** 2 + ((axis[:, None] - y) / high) ** 2 <= 1)
    for face in faces:
        soft = torch.rand(1, 3, 6, 6, generator=generator)
        face[:3] = (255 * interpolate(soft, (side, side), mode="bicubic")[0].clamp(0, 1)).round()
    jaw = torch.linspace(0, 1, 17)[:, None].repeat(1, 2)
    marks = torch.cat([jaw, torch.from_numpy(MEAN_FACE).float()]) * size / 2 + side / 4
    jitter = 0.01 * size * torch.randn(count, 68, 2, generator=generator)
    ids = tuple(f"{seed}-{number:04d}" for number in range(count))
    frames = tuple(f"synthetic-{seed}/{5 * number}" for number in range(count))
    return Faceset(faces, marks + jitter, torch.zeros(count, 2), frames, ids, size, digest_of(ids))


def measure(config: LearnConfig, device: DeviceName, steps: int | None, rounds: int) -> dict[str, Any]:
    """Return iterations a second of the full loop and of the bare step, their ratio, and the loop's memory.

    `steps`, 1 to 249, are the plain iterations of a stretch; None: as many as last ten seconds.
    """
    team = Team.join(device)
    network, precision = fresh_network(config, team.device), pick_precision(config.compute.precision, team.device)
    size = max(network.input_size, network.output_size)
    sets: dict[Side, Faceset] = {side: synthetic(number, size) for number, side in enumerate(SIDES)}
    with set_tf32(config.compute.tf32), tempfile.TemporaryDirectory() as model:
        run = Run.begin(config, network, sets, team, precision)
        looped = partial(stretch, run, Path(model))
        looped(_WARM)  # what is loaded and compiled at first
        warm = looped(_WARM)
        peak = _peak_mib(team.device)
        steps = steps or min(_MOST, max(_FEWEST, round(_STRETCH_SECONDS / warm.step)))
        fixed = {side: batch(config, run.phase, run.people[side], network, 0, team) for side in SIDES}
        alone = bare(config, fixed, team, precision)
        alone(_WARM)
        pairs = [(looped(steps), alone(steps)) for _ in range(rounds)]
    full = median(each.charged for each, _ in pairs)
    return {
        "it_per_s": _figure(1 / full),
        "bare_it_per_s": _figure(1 / median(seconds for _, seconds in pairs)),
        "ratio": round(median(seconds / each.charged for each, seconds in pairs), 3),
        "peak_mib": round(peak, 1),
        "faces_per_s": _figure(2 * config.batch_size / full),
        "upkeep_ms": round(1000 * median(each.measure + each.save for each, _ in pairs), 1),
        "model": config.network,
        "batch": config.batch_size,
        "precision": precision.name,
        "device": torch.cuda.get_device_name(team.device) if team.device.type == "cuda" else team.device.type,
        "threads": torch.get_num_threads(),
        "steps": steps,
        "rounds": rounds,
    }


def _settled(device: torch.device) -> float:
    """Return the time once the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
    return time.perf_counter()


def _peak_mib(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _figure(value: float) -> float:
    return float(f"{value:.4g}")


def table(batch_size: int, device: DeviceName, steps: int | None, rounds: int) -> list[dict[str, Any]]:
    """Measure each model in eager fp32 and as tuned by default, each in a process of its own."""
    rows = []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for model in sorted(known(MODELS, "omote.models")):
            for way, compute in (("eager fp32", _EAGER), ("tuned", ComputeConfig())):
                config = LearnConfig(network=model, batch_size=batch_size, compute=compute)
                try:
                    row = pool.apply(measure, (config, device, steps, rounds))
                except RuntimeError as fault:  # too large for the device: the others still count
                    row = {"model": model, "fault": str(fault).splitlines()[0]}
                rows.append({"way": way, **row})
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measure as one JSON object."""
    parser = argparse.ArgumentParser("python -m bench.train", description=__doc__)
    parser.add_argument("--model", default="nano")
    parser.add_argument("--batch", type=int, default=16, help="faces of each person in a step [16]")
    parser.add_argument("--device", default="auto", choices=get_args(DeviceName))
    parser.add_argument("--steps", type=int, help="plain iterations of a stretch, 1 to 249 [as many as last 10 s]")
    parser.add_argument("--rounds", type=int, default=5, help="stretches of each side, in turn [5]")
    parser.add_argument("--option", nargs="*", default=[], metavar="K=V", help="settings of the network")
    parser.add_argument("--table", action="store_true", help="every model, eager fp32 and as tuned by default")
    asked = parser.parse_args(arguments)
    if asked.rounds < 1 or not (asked.steps is None or 1 <= asked.steps < _EVERY):
        parser.error(f"at least one round, and 1 to {_EVERY - 1} steps")
    if asked.table:
        found: Any = {"table": table(asked.batch, asked.device, asked.steps, asked.rounds)}
    else:
        pairs = [f"options.{option}" for option in asked.option]
        config = LearnConfig.with_pairs({"network": asked.model, "batch_size": asked.batch}, pairs)
        found = measure(config, asked.device, asked.steps, asked.rounds)
    sys.stdout.write(f"{json.dumps(found, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

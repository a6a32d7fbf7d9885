"""The loop."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from omote.core.errors import ModelError
from omote.core.events import Trained
from omote.faceset.augment import Batch, augment
from omote.models.base import Side
from omote.training.losses import swap_loss
from omote.training.run import SIDES, Run

_REPORT_SECONDS = 1.0
_SAVE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is done: after so many iterations, or so many seconds of steps, earlier calls counted in."""

    iterations: int
    seconds: float = float("inf")


def train(
    run: Run, limits: Limits, *, report: Callable[[Trained], None], save: Callable[[], None], stop: Callable[[], bool]
) -> None:
    """Train until a limit is reached or `stop` says so; saves every so many iterations, every 5 minutes and at the end.

    Args:
        run: what is trained; changed in place.
        limits: when to end.
        report: told about once a second.
        save: keeps the run as it is.
        stop: asked before every step.

    Raises:
        ModelError: the loss is no longer a number; the last save is from before that.
    """
    saved = reported = time.perf_counter()
    losses: list[Tensor] = []
    due = False
    while run.iteration < limits.iterations and run.seconds < limits.seconds and not stop():
        started = time.perf_counter()
        set_rate(run, limits)
        losses.append(_step(run))
        run.iteration += 1
        now = time.perf_counter()
        run.seconds += now - started
        due = run.iteration % run.config.save_every == 0 or now - saved >= _SAVE_SECONDS
        if due or now - reported >= _REPORT_SECONDS:
            trained = _trained(run, losses, now - reported)
            report(trained)
            losses, reported = [], now
        if due:
            run.history.append((run.iteration, round(trained.loss_a, 5), round(trained.loss_b, 5)))
            save()
            saved = time.perf_counter()
    if losses:
        report(_trained(run, losses, time.perf_counter() - reported))
    if not due:
        save()


def set_rate(run: Run, limits: Limits) -> None:
    """Set the learning rate for where the run is: constant, and over its last part falling to 0 as a cosine does.

    A network that ends on small steps is sharper than one stopped amid large ones.
    """
    share = run.config.optimizer.anneal
    progress = max(run.iteration / limits.iterations, run.seconds / limits.seconds)
    fall = 0.0 if share == 0 else max(0.0, (progress - 1 + share) / share)
    for group in run.optimizer.param_groups:
        group["lr"] = run.base_rate * (1 + math.cos(math.pi * min(1.0, fall))) / 2


def _step(run: Run) -> Tensor:
    """Learn from one batch of each person; return their two losses, still on the device."""
    batches = {side: _batch(run, side) for side in SIDES}
    # Both people go through the encoder together: one large pass is cheaper than two small ones.
    codes = run.network.encode(torch.cat([batches[side].feed for side in SIDES])).chunk(2)
    losses = torch.stack([
        swap_loss(run.network.decode(code, side), batches[side], run.config.loss)
        for side, code in zip(SIDES, codes, strict=True)
    ])  # fmt: skip
    run.optimizer.zero_grad(set_to_none=True)
    losses.sum().backward()  # type: ignore[no-untyped-call]
    run.optimizer.step()
    return losses.detach()


def _batch(run: Run, side: Side) -> Batch:
    faces = run.sets[side]
    drawn = faces.faces[run.samplers[side].draw(run.config.batch_size).to(faces.faces.device)]
    return augment(
        drawn,
        run.config.augment,
        size=faces.size,
        feed=run.network.input_size,
        target=run.network.output_size,
        generator=run.generator,
    )


def _trained(run: Run, losses: list[Tensor], seconds: float) -> Trained:
    loss_a, loss_b = torch.stack(losses).mean(0).tolist()
    if not (loss_a < float("inf") and loss_b < float("inf")):
        raise ModelError(
            f"the loss is no longer a number at iteration {run.iteration}",
            do="lower optimizer.learning_rate and run again: training goes on from the last save",
        )
    return Trained(run.iteration, loss_a, loss_b, len(losses) / max(seconds, 1e-9))

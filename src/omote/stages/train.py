"""Teach a network the faces of two people; a model folder comes out."""

from __future__ import annotations

import time
from pathlib import Path

from omote.stages.context import Context, Report
from omote.stages.learning.config import TrainConfig
from omote.stages.learning.finding import Found, find

__all__ = ["TrainConfig", "TrainReport", "run"]


class TrainReport(Report):
    """What train did."""

    model: Path
    network: str
    iterations: int
    seconds: float
    loss_a: float | None
    loss_b: float | None
    held_out_ssim_a: float | None
    held_out_ssim_b: float | None
    phase: str
    skipped_steps: int
    found_rate: Found | None
    preview: Path
    finished: bool


def run(config: TrainConfig, context: Context) -> TrainReport:
    """Train until a limit is reached or someone stops it.

    A model folder keeps its settings: those that are not given now are taken from it.

    Raises:
        OmoteError: a folder has no faces, the model cannot be written, or the memory is too small.
        ModelError: the folder holds another model, or is damaged; or the numbers break again and again.
        SettingError: a setting is unknown or out of range, or the device is not there.
    """
    from omote.runtime.precision import set_tf32
    from omote.runtime.team import Team
    from omote.stages.learning.beginning import began
    from omote.stages.learning.keeping import FolderKeeper
    from omote.stages.learning.memory import memory_explained
    from omote.training.loop import train
    from omote.training.phases import Limits

    started = time.perf_counter()
    limits = Limits(config.iterations, (config.minutes or float("inf")) * 60)
    team = Team.join(config.device)
    state, faces = began(config, team, context)
    keeper = FolderKeeper(config.model, faces, limits, context if team.main else Context())
    with set_tf32(state.config.compute.tf32), memory_explained(state):
        found = find(state, limits, config, context)
        if config.find_rate != "report":
            keeper.begin(state)
            if config.reset and team.main:
                keeper.save(state)  # at once: a fall back is not to bring the old parts back
            train(state, limits, keeper, context.stopped)
            keeper.finish(state)
    rows = [row for row in state.history.rows if row.held_ssim_a is not None]
    told, held = keeper.latest, rows[-1] if rows else None
    return TrainReport(
        model=config.model, network=state.config.network, iterations=state.now.iteration,
        seconds=round(time.perf_counter() - started, 2),
        loss_a=told and told.loss_a, loss_b=told and told.loss_b,
        held_out_ssim_a=held and held.held_ssim_a, held_out_ssim_b=held and held.held_ssim_b,
        phase=state.phase.name, skipped_steps=int(state.learner.skipped), found_rate=found,
        preview=keeper.preview_path(state.now.iteration), finished=not context.stopped(),
    )  # fmt: skip

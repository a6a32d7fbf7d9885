"""A run kept in its model folder and shown: checkpoints, previews, TensorBoard, curves, lines of the log."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from omote.core.errors import ModelError
from omote.core.events import Measured, Note, Progress, Trained
from omote.core.files import write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from omote.core.types import Picture
    from omote.models.base import Side
    from omote.runtime.model_folder import Checkpoint
    from omote.stages.context import Context
    from omote.training.board import Board
    from omote.training.history import Row
    from omote.training.keeper import Told
    from omote.training.phases import Limits
    from omote.training.run import Run


_REST = 30  # times as long as it took to write a slot, until it is written again: 3 % of the time at most


class FolderKeeper:
    """Keeps a run in a model folder.

    Attributes:
        latest: what was told last, None while nothing was.
    """

    def __init__(self, model: Path, faces: dict[Side, list[Path]], limits: Limits, context: Context) -> None:
        self._model, self._limits, self._context = model, limits, context
        self._board: Board | None = None
        self._faces = {side: [str(folder.absolute()) for folder in folders] for side, folders in faces.items()}
        self._advised = {""}  # what was said already
        self._rested = {"last": 0.0, "best": 0.0}
        self._saved, self._best = 0, _Best()
        self.latest: Told | None = None

    def begin(self, run: Run) -> None:
        """Open what shows the run while it trains, and look at what was best so far."""
        from omote.runtime.model_folder import read_state, slots
        from omote.training.board import Board
        from omote.training.history import History

        self._saved = run.now.iteration
        if "best" in slots(self._model):
            try:
                state = read_state(self._model, "best")
                loss = _held_loss(History.from_json(state["history"]).rows[-1])
                self._best = _Best(state.get("drawn", run.network.output_size), loss)
            except (ModelError, ValueError, LookupError) as fault:
                self.say(f"what was best so far is not known any more: {fault}")

        if run.config.watch.tensorboard and run.team.main:
            self._board = Board(self._model / "tensorboard", run.now.iteration, self._context.emit)

    def save(self, run: Run) -> None:
        """Keep the run as the last one, with a preview; and as a snapshot where one is due."""
        from omote.runtime.model_folder import snapshot, write_checkpoint

        watch, iteration = run.config.watch, run.now.iteration
        with self._writing("last"):
            write_checkpoint(self._model, self._checkpoint(run))
            if watch.snapshot_every and iteration // watch.snapshot_every > self._saved // watch.snapshot_every:
                snapshot(self._model, iteration, keep=watch.snapshots)
            self._saved = iteration
            if iteration:
                self._show(run)

    def ready(self) -> bool:
        """Say whether the last save is long enough ago for all of them to take little of the time."""
        return self._has_rested("last")

    def last(self) -> Checkpoint:
        """Return what was saved last."""
        from omote.runtime.model_folder import read_checkpoint

        return read_checkpoint(self._model)

    def told(self, run: Run, told: Told) -> None:
        """Say how it goes."""
        self.latest = told
        left = self._seconds_left(run, told.per_second)
        faces = told.per_second * 2 * run.config.batch_size * run.config.optimizer.accumulate * run.team.world
        self._context.emit(
            Trained(run.now.iteration, told.loss_a, told.loss_b, told.per_second, run.phase.name, faces, left)
        )
        total = min(self._limits.iterations, run.now.iteration + round(left * told.per_second))
        self._context.emit(Progress("train", run.now.iteration, total, "iterations"))
        if self._board:
            names, iteration = run.learner.loss.names, run.now.iteration
            parts = {f"{name}/{side}": value for side, values in zip("ab", told.parts, strict=True)
                     for name, value in zip(names, values, strict=True)}  # fmt: skip
            self._board.terms(parts, iteration)

    def measured(self, run: Run, row: Row) -> None:
        """Keep the weights if they are the best, show the measure, and say what it advises, once."""
        from omote.runtime.model_folder import write_checkpoint
        from omote.training.advice import advice

        now = _Best(run.network.output_size, _held_loss(row))
        if now.beats(self._best) and self._has_rested("best"):
            with self._writing("best"):
                write_checkpoint(self._model, replace(self._checkpoint(run), optimizer={}), "best")
            self._best = now

        held = None if row.held_ssim_a is None or row.held_ssim_b is None else (row.held_ssim_a + row.held_ssim_b) / 2
        self._context.emit(Measured(row.iteration, run.now.seconds, held))
        if self._board:
            self._board.scalars(row)
        said = advice(run.history, run.people["a"].trained, run.people["b"].trained) or ""
        gist = re.sub(r"[\d.,]+", "", said)  # figures in it change with each measure
        if gist not in self._advised:
            self.say(said)
        self._advised.add(gist)

    def say(self, text: str) -> None:
        """Pass a line on."""
        self._context.emit(Note(text))

    def finish(self, run: Run) -> None:
        """Draw the curves and the page of the run so far."""
        from omote.evaluation.curves import curves
        from omote.evaluation.training_page import Told, training_page
        from omote.imaging.pictures import encode_jpeg
        from omote.training.advice import advice

        if self._board:
            self._board.close()
        if not (run.history.rows and run.team.main):
            return
        counts = run.people["a"].trained, run.people["b"].trained
        drawn = curves(run.history.rows)
        told = Told(
            self._model.name, run.config, run.history.rows, *counts, advice(run.history, *counts), drawn,
            encode_jpeg(self._sheet(run)),
        )  # fmt: skip
        write_bytes(self._model / "curves.png", drawn, durable=False)
        write_bytes(self._model / "training.html", training_page(told).encode(), durable=False)

    def preview_path(self, iteration: int) -> Path:
        """Return where the preview of an iteration lies; in their order they are the run's time-lapse."""
        return self._model / "previews" / f"{iteration:07d}.jpg"

    @contextmanager
    def _writing(self, slot: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        now = time.perf_counter()
        self._rested[slot] = now + _REST * (now - began)

    def _has_rested(self, slot: str) -> bool:
        return time.perf_counter() >= self._rested[slot]

    def _checkpoint(self, run: Run) -> Checkpoint:
        checkpoint = run.checkpoint()
        checkpoint.state["folders"] = self._faces
        return checkpoint

    def _show(self, run: Run) -> None:
        from omote.imaging.pictures import encode_jpeg

        sheet = self._sheet(run)
        write_bytes(self.preview_path(run.now.iteration), encode_jpeg(sheet), durable=False)
        if self._board:
            self._board.picture(sheet, run.now.iteration)

    def _sheet(self, run: Run) -> Picture:
        from omote.training.preview import preview_sheet

        losses = f", loss A {self.latest.loss_a:.4f}, B {self.latest.loss_b:.4f}" if self.latest else ""
        caption = f"iteration {run.now.iteration}{losses}, {run.phase.name}"
        with run.learner.shown():
            return preview_sheet(
                run.network, run.people["a"].shown, run.people["b"].shown,
                overlay=run.config.watch.mask_overlay, caption=caption,
            )  # fmt: skip

    def _seconds_left(self, run: Run, per_second: float) -> float:
        by_count = (self._limits.iterations - run.now.iteration) / max(per_second, 1e-9)
        return max(0.0, min(by_count, self._limits.seconds - run.now.seconds))


class _Best(NamedTuple):
    """What was measured of a network that draws faces of one size; larger faces are better whatever their loss."""

    size: int = 0
    loss: float = float("inf")

    def beats(self, other: _Best) -> bool:
        return self.loss < float("inf") and (self.size, -self.loss) > (other.size, -other.loss)


def _held_loss(row: Row) -> float:
    """Return the measure by which weights are best; infinite where nothing was held out."""
    if row.held_loss_a is None or row.held_loss_b is None:
        return float("inf")
    return row.held_loss_a + row.held_loss_b

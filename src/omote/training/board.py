"""What TensorBoard shows of a run: scalars and previews.

Event files are written record by record with TensorBoard's own format and no thread of its own, so that a full disk is
an error here, at the call, and not one that a thread prints and forgets.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from omote.core.events import Note
from omote.imaging.geometry import resize
from omote.imaging.pictures import encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    from omote.core.events import Emit
    from omote.core.types import Picture
    from omote.training.history import Row

_WIDEST, _QUALITY = 1280, 80
_BETWEEN_PICTURES = 1.05  # TensorBoard shows ten or so of a run: they need not be as many as the saves


class Board:
    """Writes for TensorBoard into a folder, a new file at each start. A fault ends the board, never the run."""

    def __init__(self, folder: Path, first_iteration: int, emit: Emit) -> None:
        """Open the file of this start.

        Args:
            folder: made if it is not there.
            first_iteration: steps that the run has done; what a killed run wrote of later ones is no longer shown.
            emit: told once, when something cannot be written; from then on nothing is.
        """
        self._folder, self._emit = folder, emit
        self._pictured = 0
        self._file: RecordWriter | None = None
        try:
            self._file = _opened(folder)
            _begin(self._file, first_iteration + 1)
        except OSError as fault:
            self._give_up(fault)

    def scalars(self, row: Row) -> None:
        """Write a row's losses, held-out measures and learning rate."""
        values = {
            "loss/a": row.loss_a,
            "loss/b": row.loss_b,
            "held_out_loss/a": row.held_loss_a,
            "held_out_loss/b": row.held_loss_b,
            "held_out_ssim/a": row.held_ssim_a,
            "held_out_ssim/b": row.held_ssim_b,
            "learning_rate": row.rate,
        }
        self._write([_scalar(tag, value) for tag, value in values.items() if value is not None], row.iteration)

    def terms(self, losses: Mapping[str, float], iteration: int) -> None:
        """Write the parts that a loss is the sum of, by name."""
        self._write([_scalar(f"terms/{name}", value) for name, value in losses.items()], iteration)

    def picture(self, sheet: Picture, iteration: int) -> None:
        """Write a preview, at most 1280 pixels wide, as JPEG; unless the run is not 5 % longer than at the last one."""
        if self._file is None or iteration < self._pictured * _BETWEEN_PICTURES:
            return
        self._pictured = iteration
        self._write([_image("preview", sheet)], iteration)

    def close(self) -> None:
        """Close the file; nothing is written from then on."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # all that was written is flushed
                file.close()

    def _write(self, values: list[Summary.Value], iteration: int) -> None:
        if self._file is None:
            return
        from tensorboard.compat.proto.summary_pb2 import Summary

        try:
            _record(self._file, step=iteration, summary=Summary(value=values))
        except OSError as fault:
            self._give_up(fault)

    def _give_up(self, fault: OSError) -> None:
        self.close()
        self._emit(Note(f"TensorBoard gets nothing more of this run: {self._folder} cannot be written ({fault})"))


def _opened(folder: Path) -> RecordWriter:
    from tensorboard.summary.writer.record_writer import RecordWriter

    folder.mkdir(parents=True, exist_ok=True)
    # Files are read in the order of their names.
    return RecordWriter((folder / f"events.out.tfevents.{time.time_ns():020d}").open("xb"))


def _begin(file: RecordWriter, purge_from: int) -> None:
    from tensorboard.compat.proto.event_pb2 import SessionLog

    _record(file, file_version="brain.Event:2")
    _record(file, step=purge_from, session_log=SessionLog(status=SessionLog.START))


def _record(file: RecordWriter, **parts: Event) -> None:
    from tensorboard.compat.proto.event_pb2 import Event

    file.write(Event(wall_time=time.time(), **parts).SerializeToString())
    file.flush()


def _scalar(tag: str, value: float) -> Summary.Value:
    from tensorboard.compat.proto.summary_pb2 import Summary

    return Summary.Value(tag=tag, simple_value=value)


def _image(tag: str, picture: Picture) -> Summary.Value:
    from tensorboard.compat.proto.summary_pb2 import Summary

    height, width = picture.shape[:2]
    if width > _WIDEST:
        height, width = round(height * _WIDEST / width), _WIDEST
        picture = resize(picture, width, height)
    return Summary.Value(
        tag=tag,
        image=Summary.Image(
            height=height, width=width, colorspace=3, encoded_image_string=encode_jpeg(picture, _QUALITY)
        ),
    )

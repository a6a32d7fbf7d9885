"""Pictures out: a folder of picture files, one a frame, or one picture file. All of them are there, or none."""

import json
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

from omote.core.errors import MediaError
from omote.core.files import explained, part_name, sync, write_bytes
from omote.core.types import Frame
from omote.media.facts import SourceFacts
from omote.media.light import SRGB
from omote.media.picture_files import USUAL_SUFFIX, PictureChoice, picture_bytes
from omote.media.pictures import frame_stem
from omote.media.track import track_of

PART = ".omote.part"
"""Name of the folder, inside an output folder that is there already, in which the pictures wait until all are made."""

_DONE = ".done.jsonl"  # in the folder of waiting pictures: its key, then index and file name of each that is finished
_TOGETHER = 32  # pictures that are made safe on the disk at once


class StillSink:
    """Frames being written as pictures: into one file, or into a folder under the names that they have.

    Args:
        path: a picture file, or a folder. What a folder holds already stays, but for files of the same names.
        choice: how they are written.
        like: the source, for what its values mean.
        folder: which of the two it is.
        resume: what the frames depend on; where it is given, the finished pictures of a folder outlive a broken run,
            and the next run with the same goes on after them.

    Attributes:
        next_frame: the smallest index of a frame that is still wanted.
        notes: what of the source is lost, a line each.
        deep: whether frames of 16 bits are worth making.

    Raises:
        OmoteError: the folder cannot be made.
    """

    def __init__(
        self, path: Path, choice: PictureChoice, like: SourceFacts, *, folder: bool, resume: str | None = None
    ) -> None:
        self._path, self._choice, self._folder, self._resume = path, choice, folder, resume
        # Inside a folder that is there, which may be on a disk of its own; else beside it.
        self._part = path / PART if path.is_dir() else part_name(path.resolve())
        self._written: dict[Path, int] = {}
        self._unsafe: list[Path] = []
        self.next_frame, self.notes = 0, choice.notes
        self.deep = min(like.depth, choice.depth) > 8
        self._transfer = SRGB if like.kind == "pictures" or choice.kind != "exr" else track_of(like).colour.transfer
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if folder:
                self._take_up()

    def write(self, frame: Frame) -> None:
        """Write a frame's file.

        Raises:
            MediaError: a frame before had the same file name, or the frame has alpha that the files are to be without.
            OmoteError: it cannot be written.
        """
        if frame.alpha is not None and not self._choice.alpha:
            raise MediaError(f"frame {frame.name} has alpha, and the pictures were opened without", self._path)
        suffix = USUAL_SUFFIX[self._choice.kind]
        path = self._part / f"{frame_stem(frame.name)}{suffix}" if self._folder else self._path
        if path in self._written:
            raise MediaError(f"frame {frame.name} would be written over the one before", self._path)
        write_bytes(path, picture_bytes(self._choice, frame.rgb, frame.alpha, self._transfer), durable=False)
        self._written[path] = frame.index
        if self._resume is not None and self._folder:
            self._unsafe.append(path)
            if len(self._unsafe) >= _TOGETHER:
                self._note_done()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._folder:
            return
        with explained(self._path):
            if kind is None:
                self._note_done()
                self._settle()
            elif self._resume is not None:
                self._note_done()
                return
        shutil.rmtree(self._part, ignore_errors=True)

    def _settle(self) -> None:
        if not self._path.exists():
            self._part.replace(self._path)
            (self._path / _DONE).unlink(missing_ok=True)
            return
        for file in self._written:
            if file.exists():  # else a run that was broken off just here has moved it
                file.replace(self._path / file.name)

    def _take_up(self) -> None:
        """Go on with what a broken run of the same has left, or begin."""
        lines = self._left() if self._resume is not None else []
        if not lines:
            shutil.rmtree(self._part, ignore_errors=True)
            self._part.mkdir()
            if self._resume is not None:
                write_bytes(self._part / _DONE, f"{json.dumps(self._key())}\n".encode())
            return
        for index, name in lines:
            self._written[self._part / name] = index
            self.next_frame = index + 1

    def _left(self) -> list[tuple[int, str]]:
        try:
            first, *rest = (self._part / _DONE).read_text("utf-8").split("\n")[:-1]  # the last line may be cut off
            done = [json.loads(line) for line in rest]
            if json.loads(first) != self._key():
                return []
        except (OSError, ValueError):
            return []
        whole = all((self._part / name).is_file() or (self._path / name).is_file() for _, name in done)
        return [(index, name) for index, name in done] if whole else []

    def _key(self) -> list[object]:
        return [self._resume, self._choice.kind, self._choice.depth, self._choice.alpha, self._transfer]

    def _note_done(self) -> None:
        """Make pictures safe on the disk, then note that they are there."""
        for path in self._unsafe:
            sync(path)
        if self._unsafe:
            with (self._part / _DONE).open("a", encoding="utf-8") as file:
                file.writelines(f"{json.dumps([self._written[path], path.name])}\n" for path in self._unsafe)
            sync(self._part / _DONE)
        self._unsafe.clear()

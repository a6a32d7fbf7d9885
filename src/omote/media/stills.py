"""Pictures out: a folder of picture files, one a frame, or one picture file. All of them are there, or none."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from omote.core.errors import MediaError
from omote.core.files import LastTouch, explained, part_name, sync, write_bytes
from omote.core.types import Frame
from omote.media.facts import SourceFacts
from omote.media.light import SRGB
from omote.media.picture_files import USUAL_SUFFIX, PictureChoice, picture_bytes
from omote.media.pictures import frame_stem
from omote.media.track import track_of
from omote.media.waiting import Waiting

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
        touch: what is done to each picture before it counts as finished.

    Attributes:
        next_frame: the smallest index of a frame that is still wanted.
        notes: what of the source is lost, a line each.
        deep: whether frames of 16 bits are worth making.

    Raises:
        OmoteError: the folder cannot be made.
    """

    def __init__(
        self,
        path: Path,
        choice: PictureChoice,
        like: SourceFacts,
        *,
        folder: bool,
        resume: str | None = None,
        touch: LastTouch | None = None,
    ) -> None:
        self._path, self._choice, self._folder, self._resume, self._touch = path, choice, folder, resume, touch
        self._waiting = Waiting(path, (_DONE,))
        self._written: dict[str, int] = {}
        self._unsafe: list[str] = []
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
        name = f"{frame_stem(frame.name)}{USUAL_SUFFIX[self._choice.kind]}" if self._folder else self._path.name
        if name in self._written:
            raise MediaError(f"frame {frame.name} would be written over the one before", self._path)
        data = picture_bytes(self._choice, frame.rgb, frame.alpha, self._transfer)
        if self._folder:
            self._put(self._waiting.folder / name, name, data)
        else:
            part = part_name(self._path)
            try:
                self._put(part, name, data)
                with explained(self._path):
                    sync(part)
                    part.replace(self._path)
                    sync(self._path.parent)
            finally:
                part.unlink(missing_ok=True)
        self._written[name] = frame.index
        if self._resume is not None and self._folder:
            self._unsafe.append(name)
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
            if kind is None and self._written:
                self._note_done()
                self._waiting.settle()
            elif self._resume is not None and self._written:
                self._note_done()
            else:
                self._waiting.drop()
        if kind is None and not self._written:
            raise MediaError("no frame was given to write", self._path)

    def _put(self, place: Path, name: str, data: bytes) -> None:
        write_bytes(place, data, durable=False)
        if self._touch is not None:
            self._touch.do(place, name)

    def _take_up(self) -> None:
        """Go on with what a broken run of the same has left, or begin."""
        lines = self._left() if self._resume is not None else []
        if not lines:
            self._waiting.empty()
            if self._resume is not None:
                write_bytes(self._waiting.folder / _DONE, f"{json.dumps(self._key())}\n".encode())
            return
        for index, name in lines:
            self._written[name] = index
            self.next_frame = index + 1

    def _left(self) -> list[tuple[int, str]]:
        waiting = self._waiting.folder
        try:
            first, *rest = (waiting / _DONE).read_text("utf-8").split("\n")[:-1]  # the last line may be cut off
            done = [json.loads(line) for line in rest]
            if json.loads(first) != self._key():
                return []
        except (OSError, ValueError):
            return []
        # A run that was broken off while it moved them has put some into their places.
        whole = all((waiting / name).is_file() or (self._path / name).is_file() for _, name in done)
        return [(index, name) for index, name in done] if whole else []

    def _key(self) -> list[object]:
        touched = None if self._touch is None else self._touch.key
        return [self._resume, self._choice.kind, self._choice.depth, self._choice.alpha, self._transfer, touched]

    def _note_done(self) -> None:
        """Make pictures safe on the disk, then note that they are there."""
        folder = self._waiting.folder
        for name in self._unsafe:
            sync(folder / name)
        if self._unsafe:
            with (folder / _DONE).open("a", encoding="utf-8") as file:
                file.writelines(f"{json.dumps([self._written[name], name])}\n" for name in self._unsafe)
            sync(folder / _DONE)
        self._unsafe.clear()

"""Face pictures and the alignments they are from, told the same things."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from omote.alignments.mask import MaskRecord
from omote.alignments.png import rewrite_record
from omote.alignments.record import FaceRecord, PictureRecord
from omote.alignments.store import Alignments


class InStep:
    """The alignments of the pictures of a folder, of any number of sources; a context manager.

    A picture whose face is in none of them is a picture like any other: then only its own record is written.

    Args:
        files: alignments files.

    Raises:
        AlignmentsError: one of them cannot be used.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._stack = ExitStack()
        self._of: dict[str, Alignments] = {}
        try:
            for file in files:
                alignments = self._stack.enter_context(Alignments.open(file))
                self._of[alignments.source.fingerprint] = alignments
        except BaseException:
            self._stack.close()
            raise
        self._masked: dict[str, set[str]] = {}
        self._known = {face for each in self._of.values() for face in each.ids() | each.ids(rejected=True)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def missing(self, record: PictureRecord, names: Sequence[str]) -> list[str]:
        """Return which of these masks a picture or its alignments lack; after a kill it may be one of the two only."""
        return [name for name in names if self._lacks(record.face, name)]

    def _lacks(self, face: FaceRecord, name: str) -> bool:
        if name not in self._masked:
            self._masked[name] = {masked for each in self._of.values() for masked in each.masked(name)}
        return name not in face.masks or (face.id in self._known and face.id not in self._masked[name])

    def mask(self, path: Path, record: PictureRecord, masks: Mapping[str, MaskRecord]) -> None:
        """Give a face masks, over those of the same names, in the alignments and in its picture.

        Raises:
            AlignmentsError: either cannot be written.
        """
        face, alignments = record.face, self._of.get(record.source.fingerprint)
        if alignments is not None and face.id in self._known:
            alignments.describe(face.id, {}, masks)
        rewrite_record(path, replace(record, face=replace(face, masks={**face.masks, **masks})))

"""One source from its frames to faces that are looked at, named and pictured."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from omote.alignments.describe import frame_record, source_record
from omote.alignments.folder import follow, pictured_in
from omote.alignments.tables import State
from omote.core.ahead import ahead
from omote.core.events import Note, Progress
from omote.curation.moves import set_aside
from omote.curation.returning import returning
from omote.perception.recognising import Recogniser
from omote.perception.registry import identifier
from omote.stages.extracting.looking import Wanted, looked
from omote.stages.extracting.naming import choose_people, name_people, reference_vectors
from omote.stages.extracting.picturing import Appraiser, Pictures
from omote.stages.moving import carry, finish

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from omote.alignments.folder import Pictured
    from omote.alignments.record import FaceRecord
    from omote.alignments.store import Alignments
    from omote.core.types import Floats, Frame
    from omote.media.source import Source
    from omote.stages.context import Context
    from omote.stages.extracting.config import ExtractConfig

_WRITTEN = 2  # frames whose pictures are written ahead of the alignments


class Recognition:
    """What tells people apart, and who is wanted and who is not; loaded once for all sources."""

    def __init__(self, config: ExtractConfig) -> None:
        name = config.identifier
        self.recogniser = None if name == "none" else Recogniser(name, identifier(name))
        self.wanted: list[Floats] = []
        self.unwanted: list[Floats] = []
        if self.recogniser is not None:
            self.wanted = reference_vectors(config.filter, config.look, self.recogniser)
            self.unwanted = reference_vectors(config.exclude, config.look, self.recogniser)


class Extraction:
    """One source: look, name, picture. Each part does what is not done yet and says whether it came to its end."""

    def __init__(
        self, source: Source, alignments: Alignments, config: ExtractConfig, people: Recognition, context: Context
    ) -> None:
        self._source, self._alignments = source, alignments
        self._config, self._people, self._context = config, people, context
        self._record = source_record(source.facts)
        self._pictures = self._followed_folder()

    def run(self) -> bool:
        """Do all parts, the first to be stopped being the last; return whether all is done."""
        return self._look() and self._name() and self._picture()

    def _followed_folder(self) -> Pictures | None:
        """Let the alignments follow the folder of face pictures."""
        alignments, folder = self._alignments, self._config.faces
        if folder is None:
            if self._config.restore:
                alignments.restore()
            return None
        finish(folder, self._context)
        there = pictured_in(folder)
        if self._config.restore:
            there = self._brought_back(folder, there)
            alignments.reject(alignments.pictured().difference(there))
            alignments.restore()
        elif gone := follow(alignments, folder, there):
            self._context.emit(Note(f"{gone} faces have no picture in {folder} any more: rejected"))
        return Pictures(folder, self._record, self._config.size, there)

    def _brought_back(self, folder: Path, there: dict[str, Pictured]) -> dict[str, Pictured]:
        """Bring back the pictures of this source's faces that were set aside, but for people who are not wanted."""
        why = self._alignments.rejections()
        mine = self._alignments.ids() | {face for face, state in why.items() if state is not State.UNWANTED}
        plan = returning(folder, there, lambda face: face.id in mine)
        carry(plan, self._context)
        return pictured_in(folder) if plan.entry.moves else there

    def _look(self) -> bool:
        wanted, done = self._wanted(), self._alignments.looked_at()
        if self._nothing_left(wanted, done):
            return True
        config, people = self._config, self._people
        # Whose pictures are wanted is known only when all was seen.
        pictures = None if config.filter or config.exclude else self._pictures
        unwanted = self._alignments.ids(rejected=True)
        with ExitStack() as stack:
            seen = stack.enter_context(
                looked(
                    self._source, self._alignments.path, self._record, wanted, done, config.look, config.follow,
                    people.recogniser,
                )
            )  # fmt: skip
            for frame, faces in stack.enter_context(ahead(self._written(seen, pictures, unwanted), _WRITTEN)):
                self._alignments.add(frame_record(frame), faces, pictured=pictures is not None)
                self._context.emit(Progress("extract", frame.index + 1, self._source.facts.frames))
                if self._context.stopped():
                    return False
        if config.range == ":" and config.every == 1:
            self._alignments.finish()
        return True

    def _wanted(self) -> Wanted:
        first, _, end = self._config.range.partition(":")
        return Wanted(int(first or 0), int(end) if end else None, self._config.every)

    def _nothing_left(self, wanted: Wanted, done: set[int]) -> bool:
        if self._alignments.finished and self._config.range == ":":  # else frames are named that may be missing
            return True
        end = wanted.end if wanted.end is not None else self._source.facts.frames
        return bool(end) and all(index in done for index in range(wanted.first, end, wanted.every))

    def _written(
        self, seen: Generator[tuple[Frame, list[FaceRecord]]], pictures: Pictures | None, unwanted: set[str]
    ) -> Iterator[tuple[Frame, list[FaceRecord]]]:
        appraiser = Appraiser(self._config.masks, self._config.quality)
        with closing(seen):  # in the thread that used it, since it holds a database open
            for frame, found in seen:
                faces = appraiser.appraised(frame.rgb, found)
                for face in faces:
                    if pictures is not None and face.id not in unwanted:
                        pictures.write(frame, face)
                yield frame, faces

    def _name(self) -> bool:
        recogniser, pictures = self._people.recogniser, self._pictures
        if recogniser is None:
            return True
        paths = {} if pictures is None else pictures.paths()
        if not name_people(self._source, self._alignments, paths, recogniser, self._context):
            return False
        wanted, unwanted = self._people.wanted, self._people.unwanted
        dropped = choose_people(self._alignments, wanted, unwanted, recogniser, self._context)
        if pictures is not None:
            gone = pictures.without(dropped)
            carry(set_aside(pictures.folder, gone, "filtered"), self._context)
            pictures.update(self._alignments)
        return True

    def _picture(self) -> bool:
        return self._pictures is None or self._pictures.write_missing(self._source, self._alignments, self._context)

"""The one alignments file a job is about, and its footage."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from omote.core.errors import AlignmentsError, SettingError, Stopped
from omote.core.events import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.alignments.locate import Target
    from omote.alignments.store import Alignments
    from omote.media.source import Source
    from omote.stages.context import Context
    from omote.stages.jobs.config import AlignmentsConfig


@contextmanager
def with_footage(config: AlignmentsConfig, *, same: bool = True) -> Iterator[tuple[Alignments, Source]]:
    """Open alignments and the footage that they are of.

    Args:
        config: names both, or one that leads to the other.
        same: refuse footage that has changed since.

    Raises:
        AlignmentsError: there are no alignments, those of several sources, or those of other footage.
        SettingError: the footage is not found.
        MediaError: it cannot be read.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.locate import locate
    from omote.alignments.store import Alignments
    from omote.media.source import open_source

    target = locate(config.target, config.faces)
    named = config.source or target.source
    source = None if named is None else open_source(named)
    path = _chosen(target, source)
    with Alignments.open(path, source_record(source.facts) if source is not None and same else None) as alignments:
        yield alignments, source or open_source(_found(alignments, path))


def _chosen(target: Target, source: Source | None) -> Path:
    """Return the file among those of a target that is about this footage, by content, else by name."""
    from omote.alignments.store import SUFFIX, Alignments

    if len(target.files) == 1:
        return target.files[0]
    for file in target.files if source is not None else ():
        with Alignments.open(file) as alignments:
            if source is not None and alignments.source.fingerprint == source.facts.fingerprint:
                return file
    if source is not None:
        for file in target.files:
            if file.name == f"{source.facts.path.stem}{SUFFIX}":
                return file
    names = ", ".join(file.name for file in target.files)
    raise AlignmentsError(f"alignments of several sources: {names}", target.folder, "name one of them, or its --source")


def _found(alignments: Alignments, path: Path) -> Path:
    """Return the footage by its name beside its alignments or beside their folder."""
    name = alignments.source.name
    for folder in (path.parent, path.absolute().parent.parent):
        if Path(name).name == name and (folder / name).exists():
            return folder / name
    raise SettingError(f"where is {name}, which these alignments are of", path, "name it with --source")


def check_output(config: AlignmentsConfig, source: Source) -> None:
    """Find out now, and not after a long search, that frames cannot be written where they should.

    Raises:
        OmoteError: there is something already.
        MediaError: the name does not go with the footage.
    """
    from omote.media.sink import output_kind

    if config.output is not None:
        output_kind(config.output, source, overwrite=config.overwrite)


def write_frames(source: Source, wanted: set[int], config: AlignmentsConfig, context: Context) -> int:
    """Write the frames at these places to the output as they are; return how many: 0 where there is no output.

    Raises:
        OmoteError: there is something already, or it cannot be written.
        Stopped: someone stopped it; no output is left.
    """
    from omote.media.sink import open_sink

    if config.output is None or not wanted:
        return 0
    written = 0
    with open_sink(config.output, source, overwrite=config.overwrite) as sink:
        for frame in source.frames(min(wanted)):
            if context.stopped():
                raise Stopped
            if frame.index in wanted:
                sink.write(frame)
                written += 1
                context.emit(Progress("write", written, len(wanted)))
            if written == len(wanted):
                break
    return written

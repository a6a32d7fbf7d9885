"""The alignments that tell where the faces of a source are: found, completed, or made first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from omote.core.errors import AlignmentsError, Stopped
from omote.core.events import Note
from omote.perception.config import FollowConfig, LookConfig
from omote.stages import extract

if TYPE_CHECKING:
    from omote.alignments.record import SourceRecord
    from omote.alignments.store import Alignments
    from omote.media.source import Source
    from omote.stages.context import Context
    from omote.stages.converting.config import ConvertConfig
    from omote.stages.converting.spans import Spans


def find_alignments(config: ConvertConfig, source: Source) -> Path | None:
    """Return the alignments of a source, if there are any.

    Those named count, else those with the faces that were learnt, which their owner may have pruned, else those beside
    the source, else those beside the output.

    Raises:
        AlignmentsError: those named are not there or are of another source.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.store import Alignments

    record = source_record(source.facts)
    names = _names(config.source)
    if config.alignments is not None:
        inside = [config.alignments / name for name in names] if config.alignments.is_dir() else [config.alignments]
        there = [path for path in inside if path.is_file()]
        if not there:
            raise AlignmentsError("no such alignments file", inside[0])
        named = next((path for path in there if _is_of(path, record)), there[0])
        with Alignments.open(named, record):
            return named
    for folder in (*_learnt(config), config.source.parent, config.place.parent):
        for name in names:
            if (folder / name).is_file() and _is_of(folder / name, record):
                return folder / name
    return None


def faces_of(config: ConvertConfig, source: Source, wanted: Spans, context: Context) -> Path:
    """Return the alignments of a source in which all wanted frames were looked at; look at them first where needed.

    Of alignments that are finished, frames that they lack are looked at only where that is asked for: these may lack
    them because someone took their faces out.

    Raises:
        AlignmentsError: the alignments are of another source, or what is found cannot be written into them.
        Stopped: someone stopped it; what was found is kept.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.store import Alignments

    record = source_record(source.facts)
    path = find_alignments(config, source) or _own(config, record)
    look, follow, identifier = config.look, FollowConfig(), "dlib-resnet"
    whole = wanted.ranges == ((0, None),)
    if path.is_file():
        with Alignments.open(path, record) as alignments:
            lacking = _lacking(alignments, wanted, source.facts.frames)
            if not lacking:
                return path
            if alignments.finished and not config.complete:
                context.emit(Note(f"{path} says nothing of {lacking} frames: --set complete=true looks at them"))
                return path
            whole = whole and not alignments.finished  # what these lack is looked at only by its numbers
            if alignments.settings is not None:
                look, follow, identifier = _as_before(alignments.settings)
    what = "has frames that nobody looked at" if path.is_file() else "was not looked at yet"
    context.emit(Note(f"{config.source.name} {what}: looking for its faces first ({path})"))
    ranged = ":" if whole else f"{wanted.first}:{'' if wanted.end is None else wanted.end}"
    asked = extract.ExtractConfig(
        sources=[config.source], alignments=path, range=ranged, look=look, follow=follow, identifier=identifier
    )
    if not extract.run(asked, context).finished:
        raise Stopped
    return path


def _names(source: Path) -> tuple[str, str]:
    """Return how alignments are called, and how they are where a source of another suffix has that name already."""
    from omote.alignments.store import SUFFIX

    return f"{source.stem}{SUFFIX}", f"{source.name}{SUFFIX}"


def _own(config: ConvertConfig, record: SourceRecord) -> Path:
    """Return where alignments are made that are nowhere yet."""
    from omote.alignments.store import Alignments

    usual, other = (config.place.parent / name for name in _names(config.source))
    if usual.is_file():
        with Alignments.open(usual) as alignments:
            return usual if alignments.source.name == record.name else other
    return usual


def _learnt(config: ConvertConfig) -> list[Path]:
    """Return the folders of faces from which the models learnt."""
    from omote.runtime.model_folder import read_state

    folders: list[Path] = []
    for model in config.routes().models:
        kept = read_state(model).get("folders", {}).values()  # a list of each person's; one in old models
        folders += [Path(folder) for each in kept for folder in ([each] if isinstance(each, str) else each)]
    return folders


def _is_of(path: Path, source: SourceRecord) -> bool:
    from omote.alignments.store import Alignments

    with Alignments.open(path) as alignments:
        return alignments.source.fingerprint == source.fingerprint


def _lacking(alignments: Alignments, wanted: Spans, frames: int) -> int:
    """Return of how many frames of the ranges nothing is known, at least; `frames` is their number, 0 when unknown."""
    looked = alignments.looked_at()
    if alignments.finished:  # then the last of them is known
        most = frames = max(looked, default=-1) + 1
    else:
        most = 2**62
    ends = [(first, frames if end is None else min(end, most)) for first, end in wanted.ranges]
    unknown = wanted.end is None and not frames
    return sum(index not in looked for first, end in ends for index in range(first, end)) + unknown


def _as_before(settings: dict[str, Any]) -> tuple[LookConfig, FollowConfig, str]:
    """Return the settings with which a source was looked at so far; all of its frames are looked at alike."""
    kept = dict(settings)
    identifier = str(kept.pop("identifier", "none"))
    follow = {name.removeprefix("follow."): kept.pop(name) for name in list(kept) if name.startswith("follow.")}
    return LookConfig.checked(kept), FollowConfig.checked(follow), identifier

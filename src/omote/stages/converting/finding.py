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
    from omote.alignments.store import SUFFIX, Alignments

    record = source_record(source.facts)
    name = f"{config.source.stem}{SUFFIX}"
    if config.alignments is not None:
        named = config.alignments / name if config.alignments.is_dir() else config.alignments
        if not named.is_file():
            raise AlignmentsError("no such alignments file", named)
        with Alignments.open(named, record):
            return named
    for folder in (*_learnt(config), config.source.parent, config.place.parent):
        if (folder / name).is_file() and _is_of(folder / name, record):
            return folder / name
    return None


def faces_of(config: ConvertConfig, source: Source, wanted: Spans, context: Context) -> Path:
    """Return the alignments of a source in which all wanted frames were looked at; look at them first where needed.

    Raises:
        AlignmentsError: frames are missing in alignments that this command did not make, and it is not asked to.
        Stopped: someone stopped it; what was found is kept.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.store import SUFFIX, Alignments

    own = config.place.parent / f"{config.source.stem}{SUFFIX}"
    path = find_alignments(config, source) or own
    look, follow, identifier = config.look, FollowConfig(), "dlib-resnet"
    if path.is_file():
        with Alignments.open(path, source_record(source.facts)) as alignments:
            if alignments.finished or _covered(alignments, wanted, source.facts.frames):
                return path
            if path.resolve() != own.resolve() and not config.complete:
                do = "run the same omote extract again, or let convert do it: --set complete=true"
                raise AlignmentsError("the search for faces was not finished", path, do)
            if alignments.settings is not None:
                look, follow, identifier = _as_before(alignments.settings)
    what = "has frames that nobody looked at" if path.is_file() else "was not looked at yet"
    context.emit(Note(f"{config.source.name} {what}: looking for its faces first ({path})"))
    ranged = f"{wanted.first}:{'' if wanted.end is None else wanted.end}"
    asked = extract.ExtractConfig(
        sources=[config.source], alignments=path, range=ranged, look=look, follow=follow, identifier=identifier
    )
    if not extract.run(asked, context).finished:
        raise Stopped
    return path


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


def _covered(alignments: Alignments, wanted: Spans, frames: int) -> bool:
    """Whether all frames of the ranges were looked at."""
    looked = alignments.looked_at()
    ends = [(first, end if end is not None else frames or None) for first, end in wanted.ranges]
    return all(end is not None and all(index in looked for index in range(first, end)) for first, end in ends)


def _as_before(settings: dict[str, Any]) -> tuple[LookConfig, FollowConfig, str]:
    """Return the settings with which a source was looked at so far; all of its frames are looked at alike."""
    kept = dict(settings)
    identifier = str(kept.pop("identifier", "none"))
    follow = {name.removeprefix("follow."): kept.pop(name) for name in list(kept) if name.startswith("follow.")}
    return LookConfig.checked(kept), FollowConfig.checked(follow), identifier

"""Put B's face into footage of A, frame by frame; a video or a folder of pictures comes out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import AlignmentsError, Stopped
from omote.core.events import Note, Progress
from omote.media.config import EncodeConfig
from omote.perception.config import LookConfig
from omote.stages import extract
from omote.stages.context import Context, Report
from omote.swapping.config import CompositeConfig

if TYPE_CHECKING:
    from omote.alignments.record import FaceRecord, SourceRecord
    from omote.core.types import Frame
    from omote.media.source import Source


class ConvertConfig(Config):
    """Settings of convert."""

    source: Path = Field(description="video, picture or folder of pictures of A")
    model: Path = Field(description="model folder")
    output: Path = Field(description="video, or a folder for pictures")
    alignments: Path | None = Field(None, description="alignments of the source; by default looked for, else made")
    person: Literal["a", "b"] = Field("b", description="whose face is put there")
    overwrite: bool = Field(False, description="replace the output when it is there")
    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="where to run the network")
    frames_at_once: int = Field(16, ge=1, le=256, description="frames whose faces go through the network together")
    composite: CompositeConfig = CompositeConfig()
    encode: EncodeConfig = EncodeConfig()
    look: LookConfig = LookConfig()


class ConvertReport(Report):
    """What convert did."""

    frames: int
    frames_swapped: int
    seconds: float
    output: Path
    alignments: Path
    marked: bool


def run(config: ConvertConfig, context: Context) -> ConvertReport:
    """Swap every face that the alignments keep. The output takes its name when it is whole.

    Memory does not grow with the length of the source.

    Raises:
        MediaError: the source cannot be read or the output not written.
        AlignmentsError: the alignments are of another source, or were not finished.
        ModelError: there is no model, or it is damaged.
        Stopped: someone stopped it; no output is left.
    """
    from omote.media.sink import open_sink
    from omote.media.source import open_source
    from omote.runtime.device import pick_device
    from omote.swapping.swapper import Swapper

    began, frames, swapped = time.perf_counter(), 0, 0
    source = open_source(config.source)
    swapper = Swapper.load(config.model, pick_device(config.device), config.person, config.composite)
    with open_sink(config.output, source, overwrite=config.overwrite, settings=config.encode) as sink:
        path = _alignments(config, source, context)
        for chunk, faces in _chunks(source, path, config.frames_at_once):
            if context.stopped():
                raise Stopped
            for frame in swapper.swap(chunk, faces):
                sink.write(frame)
            frames += len(chunk)
            swapped += sum(map(bool, faces))
            context.emit(Progress("convert", frames, source.facts.frames))
    seconds = round(time.perf_counter() - began, 2)
    return ConvertReport(
        frames=frames, frames_swapped=swapped, seconds=seconds, output=config.output, alignments=path, marked=False
    )


def find_alignments(config: ConvertConfig, source: Source) -> Path | None:
    """Return the alignments of a source, if there are any.

    Those named count, else those with the faces that were learnt, which their owner may have pruned, else those beside
    the source, else those beside the output.

    Raises:
        AlignmentsError: those named are not there or are of another source.
    """
    from omote.alignments.describe import source_record
    from omote.alignments.store import SUFFIX, Alignments
    from omote.runtime.model_folder import read_state

    record = source_record(source.facts)
    name = f"{config.source.stem}{SUFFIX}"
    if config.alignments is not None:
        named = config.alignments / name if config.alignments.is_dir() else config.alignments
        if not named.is_file():
            raise AlignmentsError("no such alignments file", named)
        with Alignments.open(named, record):
            return named
    kept = read_state(config.model).get("folders", {}).values()  # a list of each person's; one in old models
    learnt = [Path(folder) for each in kept for folder in ([each] if isinstance(each, str) else each)]
    for folder in (*learnt, config.source.parent, config.output.parent):
        if (folder / name).is_file() and _is_of(folder / name, record):
            return folder / name
    return None


def _is_of(path: Path, source: SourceRecord) -> bool:
    from omote.alignments.store import Alignments

    with Alignments.open(path) as alignments:
        return alignments.source.fingerprint == source.fingerprint


def _alignments(config: ConvertConfig, source: Source, context: Context) -> Path:
    """Return the finished alignments of a source; look for its faces first where nobody did."""
    from omote.alignments.describe import source_record
    from omote.alignments.store import SUFFIX, Alignments

    own = config.output.parent / f"{config.source.stem}{SUFFIX}"
    path = find_alignments(config, source) or own
    if path.is_file():
        with Alignments.open(path, source_record(source.facts)) as alignments:
            if alignments.finished:
                return path
    if path.resolve() != own.resolve():
        raise AlignmentsError("the search for faces was not finished", path, "run the same omote extract again")
    context.emit(Note(f"no alignments of {config.source.name} yet: looking for its faces first ({own})"))
    wanted = extract.ExtractConfig(sources=[config.source], alignments=own, look=config.look)
    if not extract.run(wanted, context).finished:
        raise Stopped
    return own


def _chunks(source: Source, path: Path, size: int) -> Iterator[tuple[list[Frame], list[list[FaceRecord]]]]:
    """Walk over a source in chunks of frames, with the faces of each frame."""
    from omote.alignments.store import Alignments

    with Alignments.open(path) as alignments:
        frames = source.frames()
        while chunk := list(islice(frames, size)):
            faces: dict[int, list[FaceRecord]] = {frame.index: [] for frame in chunk}
            for face in alignments.faces(chunk[0].index, chunk[-1].index):
                faces[face.frame.index].append(face)
            yield chunk, list(faces.values())

"""Take over faces of faceswap or DeepFaceLab, or faceswap's settings or weights; the originals stay."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import AlignmentsError, OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.core.files import explained, part_name, sync
from omote.faceset.config import CropConfig
from omote.stages import import_settings, import_weights
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from omote.alignments.foreign.face import ForeignFrame, ForeignSource
    from omote.alignments.record import FrameRecord
    from omote.core.types import Picture
    from omote.media.source import Source

    Placed = tuple[FrameRecord, Picture | None, ForeignFrame]


class ImportConfig(Config):
    """Settings of import."""

    thing: Path = Field(
        description="faceswap's .fsa, JSON, face pictures, train.ini or .keras, or DeepFaceLab's face pictures"
    )
    faces: Path | None = Field(
        None,
        description="folder for face pictures and alignments; of a train.ini the TOML file, of a .keras the model",
    )
    alignments: Path | None = Field(None, description="alignments file; by default in the folder of the faces")
    source: Path | None = Field(None, description="the footage, for what the other tool does not tell of it")
    size: int = Field(512, ge=64, le=2048, description="side in pixels of face pictures that are cut from the footage")
    overwrite: bool = Field(False, description="replace what is there")
    trainer: str | None = Field(None, description="the network that a train.ini or .keras was for, by faceswap's name")
    crop: CropConfig = import_weights.FACESWAPS_CROP

    @property
    def of_settings(self) -> bool:
        """Whether it is not faces but a `train.ini`."""
        return self.thing.suffix.lower() == ".ini"

    @property
    def of_weights(self) -> bool:
        """Whether it is not faces but a `.keras` model."""
        return self.thing.suffix.lower() == ".keras"

    @model_validator(mode="after")
    def _has_an_output(self) -> ImportConfig:
        if self.of_settings or self.of_weights:
            what = "an .ini" if self.of_settings else "a .keras"
            if self.alignments is not None or self.source is not None:
                raise ValueError(f"{what} file has no faces: leave out --alignments and --source")
            return self
        if self.faces is None and self.alignments is None:
            raise ValueError("name a folder for the faces, an alignments file, or both")
        if self.faces is not None and self.faces.resolve() in (self.thing.resolve(), self.thing.parent.resolve()):
            raise ValueError("the faces need a folder of their own, not that of what is imported")
        return self


class ImportReport(Report):
    """What was taken over.

    Attributes:
        format: what it was.
        frames: that it names.
        faces: in them.
        pictures: face pictures written.
        alignments: files written, one for each piece of footage.
        missing: what is not known because neither the other tool nor the footage told it.
        left_out: frames that the footage does not have.
    """

    format: str
    frames: int
    faces: int
    pictures: int
    alignments: list[Path]
    faces_folder: Path | None
    missing: list[str]
    left_out: int
    seconds: float


def run(
    config: ImportConfig, context: Context
) -> ImportReport | import_settings.ImportSettingsReport | import_weights.ImportWeightsReport:
    """Import all of it, or, where it cannot be read whole, nothing.

    Raises:
        SettingError: of a `train.ini`: it is none, or a value in it cannot be read.
        ModelError: of a `.keras`: it is none, or of a network that cannot be taken over.
        AlignmentsError: it is of no known kind, damaged, wants something to be run, or is about other footage.
        MediaError: the footage cannot be read.
        OmoteError: alignments are there already, or something cannot be written.
        Stopped: someone stopped it; alignments are not left, pictures may be.
    """
    if config.of_settings:
        settings = import_settings.ImportSettingsConfig(
            ini=config.thing, output=config.faces, trainer=config.trainer, overwrite=config.overwrite
        )
        return import_settings.run(settings, context)
    if config.of_weights:
        weights = import_weights.ImportWeightsConfig(
            keras=config.thing, model=config.faces, trainer=config.trainer, overwrite=config.overwrite,
            crop=config.crop if "crop" in config.model_fields_set else None,
        )  # fmt: skip
        return import_weights.run(weights, context)
    return _import_faces(config, context)


def _import_faces(config: ImportConfig, context: Context) -> ImportReport:
    from omote.alignments.foreign.reading import read_foreign
    from omote.media.source import open_source

    began = time.perf_counter()
    found = read_foreign(config.thing)
    footage = None if config.source is None else open_source(config.source)
    chosen = found if footage is None else [_of(found, footage, context)]
    paths = [_alignments(config, footage, source, len(chosen)) for source in chosen]
    taken = [_take(source, footage, path, config, context) for source, path in zip(chosen, paths, strict=True)]
    frames, faces, pictures, left_out = (sum(column) for column in zip(*taken, strict=True))
    missing = [] if footage else _missing(chosen)
    if config.faces is not None and pictures < faces:
        missing.append("pixels of the faces")
    if missing:
        context.emit(Note(f"not told: {', '.join(missing)}; import with --source FOOTAGE to have it"))
    return ImportReport(
        format=chosen[0].format, frames=frames, faces=faces, pictures=pictures, alignments=paths,
        faces_folder=config.faces, missing=missing, left_out=left_out, seconds=round(time.perf_counter() - began, 2),
    )  # fmt: skip


def _missing(sources: Sequence[ForeignSource]) -> list[str]:
    sizes = [] if all(source.size for source in sources) else ["size of the frames"]
    return [*sizes, "their times", "which footage it is"]


def _of(found: Sequence[ForeignSource], footage: Source, context: Context) -> ForeignSource:
    """Return what is told about the footage."""
    stem, video = footage.facts.path.stem, footage.facts.kind == "video"
    chosen = [source for source in found if source.video and Path(source.name).stem == stem] or list(found)
    if len(chosen) > 1:
        names = ", ".join(source.name for source in chosen)
        raise AlignmentsError(f"faces of several sources ({names})", do="import them without --source")
    size = (footage.facts.width, footage.facts.height)
    if chosen[0].size not in (None, size):
        what = f"faces in frames of {chosen[0].size}, while this footage has {size}"
        raise AlignmentsError(what, footage.facts.path, "name the footage that they are from")
    if video and chosen[0].video and Path(chosen[0].name).stem != stem:
        context.emit(
            Note(f"made of {chosen[0].name}, and now taken for {footage.facts.path.name}: frames go by number")
        )
    return chosen[0]


def _alignments(config: ImportConfig, footage: Source | None, source: ForeignSource, sources: int) -> Path:
    from omote.alignments.store import SUFFIX

    stem = Path(source.name).stem if footage is None else footage.facts.path.stem
    path = config.alignments or (config.faces or Path()) / f"{stem}{SUFFIX}"
    path = path / f"{stem}{SUFFIX}" if path.is_dir() else path
    if config.alignments is not None and sources > 1 and not config.alignments.is_dir():
        raise AlignmentsError("faces of several sources for one alignments file", path, "name a folder")
    if path.exists() and not config.overwrite:
        raise OmoteError("there is one already", path, "choose another place, or --overwrite")
    return path


def _take(
    source: ForeignSource, footage: Source | None, path: Path, config: ImportConfig, context: Context
) -> tuple[int, int, int, int]:
    """Write one source's alignments and pictures; return how many frames, faces and pictures, and frames left out."""
    from omote.alignments.describe import source_record
    from omote.alignments.foreign.placing import made_up_source
    from omote.alignments.foreign.taking import Taker
    from omote.alignments.store import Alignments

    record = made_up_source(source) if footage is None else source_record(footage.facts)
    taker, frames = Taker(record, source.format, config.faces, config.size, overwrite=config.overwrite), 0
    with _replaced(path) as part, Alignments.open(part, record) as alignments:
        for frame, rgb, foreign in _placed(source, footage):
            taker.take(alignments, frame, rgb, foreign)
            frames += 1
            context.emit(Progress("import", frames, len(source.frames)))
            if context.stopped():
                raise Stopped
        if not frames:
            raise AlignmentsError("none of its frames is in this footage", config.source, "name the right footage")
        alignments.finish()
        faces = alignments.counts()[2]
    return frames, faces, taker.pictures, len(source.frames) - frames


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Give the name of an alignments file to make; when the block ends well it takes the place of `path`."""
    part = part_name(path)
    try:
        _drop(part)
        yield part
        with explained(path):
            for log in _logs(path):  # of the older file, which would be laid over the new one
                log.unlink(missing_ok=True)
            part.replace(path)
            sync(path)
    finally:
        _drop(part)


def _drop(path: Path) -> None:
    for file in (path, *_logs(path)):
        with explained(file):
            file.unlink(missing_ok=True)


def _logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("-wal", "-shm")]


def _placed(source: ForeignSource, footage: Source | None) -> Iterator[Placed]:
    """Walk over the frames that the other tool names, in their order, with their pixels where the footage has them."""
    from omote.alignments.foreign.placing import Places, made_up_frames
    from omote.alignments.record import FrameRecord

    if footage is None:
        made_up = made_up_frames(source)
        for foreign in sorted(source.frames, key=lambda each: made_up[each.name].index):
            yield made_up[foreign.name], None, foreign
        return
    places = Places(source, video=footage.facts.kind == "video")
    for frame in footage.frames():
        named = places.at(frame.index, frame.name)
        if named is not None:
            yield FrameRecord(frame.index, frame.pts, frame.name), frame.rgb, named

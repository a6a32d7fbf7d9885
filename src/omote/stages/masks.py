"""Add masks to extracted faces, bring in painted ones, or write them out to be painted on."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import AlignmentsError, OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.core.files import check_free, write_bytes
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from omote.alignments.in_step import InStep
    from omote.alignments.mask import MaskRecord
    from omote.alignments.record import PictureRecord
    from omote.core.types import Picture
    from omote.imaging.geometry import Matrix
    from omote.media.source import Source


class MasksConfig(Config):
    """Settings of masks."""

    faces: Path = Field(description="folder of face pictures")
    add: list[str] = Field([], description="mask to make: components, extended or another plugin; repeatable")
    painted: Path | None = Field(None, description="folder of painted masks, named as the face pictures; white is face")
    name: str = Field("custom", min_length=1, description="what the painted masks are called")
    output: Path | None = Field(None, description="folder for all masks as pictures, and the faces tinted by them")
    source: Path | None = Field(None, description="footage: add masks by its frames instead of the face pictures")
    alignments: Path | None = Field(None, description="alignments file; by default those in the folder of the faces")
    overwrite: bool = Field(False, description="make masks anew that are there; replace pictures in the output")

    @model_validator(mode="after")
    def _has_work(self) -> MasksConfig:
        if not self.add and self.painted is None and self.output is None:
            raise ValueError("name masks to add, a folder of painted masks to import, or an output folder")
        return self


class MasksReport(Report):
    """What masks did.

    Attributes:
        faces: face pictures in the folder.
        added: how many faces were given each mask, by plugins or painted.
        kept: masks that were asked for and are there already.
        unused: painted pictures that are named as no face picture.
        written: masks written out.
    """

    faces: int
    added: dict[str, int]
    kept: int
    unused: int
    written: int
    seconds: float
    faces_folder: Path
    output: Path | None
    finished: bool


def run(config: MasksConfig, context: Context) -> MasksReport:
    """Add, bring in, write out, in this order, as far as asked for.

    A stopped or killed run goes on where it was: a face that has a mask is left as it is.

    Raises:
        OmoteError: there is no such folder, or the output has something already.
        AlignmentsError: a picture's record or the alignments cannot be used.
        SettingError: a plugin is not known.
        MediaError: a face, a painted mask or the footage cannot be read.
    """
    from omote.alignments.folder import face_pictures
    from omote.alignments.in_step import InStep
    from omote.alignments.locate import alignments_in

    began, did = time.perf_counter(), _Did()
    _check_folders(config)
    did.faces = sum(1 for _ in face_pictures(config.faces))
    with InStep([config.alignments] if config.alignments else alignments_in(config.faces)) as in_step:
        try:
            if config.add:
                _add(config, context, in_step, did)
            if config.painted is not None:
                _bring_in(config.painted, config, context, in_step, did)
            if config.output is not None:
                _write_out(config.output, config, context, did)
        except Stopped:
            did.finished = False
    return MasksReport(
        faces=did.faces, added=dict(did.added), kept=did.kept, unused=did.unused, written=did.written,
        seconds=round(time.perf_counter() - began, 2), faces_folder=config.faces, output=config.output,
        finished=did.finished,
    )  # fmt: skip


@dataclass
class _Did:
    """Counts while the work goes on; see `MasksReport`."""

    faces: int = 0
    added: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    unused: int = 0
    written: int = 0
    finished: bool = True


@dataclass(frozen=True, slots=True)
class _Task:
    """A face picture that lacks masks: which frame of which footage it is from, and the masks' names."""

    path: Path
    fingerprint: str
    frame: int
    names: Sequence[str]


def _check_folders(config: MasksConfig) -> None:
    from omote.alignments.naming import plain_name

    plain_name(config.name)  # which becomes a folder when it is written out
    faces, output = config.faces.resolve(), config.output
    for folder in (config.painted, output):
        if folder is not None and faces in (folder.resolve(), *folder.resolve().parents):
            raise OmoteError("masks need a folder outside that of the faces", folder, "name another")
    if output is not None:
        check_free(output, overwrite=config.overwrite)


def _tasks(config: MasksConfig, names: Sequence[str], in_step: InStep, did: _Did) -> list[_Task]:
    """List the pictures that lack some of these masks, and count the masks that are there."""
    from omote.alignments.folder import face_pictures

    tasks = []
    for path, record in face_pictures(config.faces):
        missing = list(names) if config.overwrite else in_step.missing(record, names)
        did.kept += len(names) - len(missing)
        if missing:
            tasks.append(_Task(path, record.source.fingerprint, record.face.frame.index, missing))
    return tasks


def _add(config: MasksConfig, context: Context, in_step: InStep, did: _Did) -> None:
    from omote.alignments.masking import kept
    from omote.imaging.geometry import transform
    from omote.media.source import open_source
    from omote.perception.registry import segmenter

    plugins = {name: segmenter(name) for name in dict.fromkeys(config.add)}
    tasks, done = _tasks(config, list(plugins), in_step, did), 0
    footage = None if config.source is None else open_source(config.source)
    if footage is not None:
        tasks = _of(footage, tasks)
    for rgb, view, here in _by_picture(tasks) if footage is None else _by_frame(tasks, footage):
        records = [_record(task.path) for task in here]
        points = [transform(record.face.landmarks, view) for record in records]
        made: list[dict[str, MaskRecord]] = [{} for _ in here]
        for name, plugin in plugins.items():
            lacking = [place for place, task in enumerate(here) if name in task.names]
            masks = plugin.masks(rgb, [points[place] for place in lacking]) if lacking else []
            for place, mask in zip(lacking, masks, strict=True):
                made[place][name] = kept(mask, view)
        for task, record, masks_of_one in zip(here, records, made, strict=True):
            in_step.mask(task.path, record, masks_of_one)
            did.added.update(masks_of_one.keys())
        done += len(here)
        _tell(context, "masks", done, len(tasks))


def _by_picture(tasks: list[_Task]) -> Iterator[tuple[Picture, Matrix, list[_Task]]]:
    """Give what each task's face picture shows, and the map from the frame to it."""
    from omote.media.pictures import read_picture

    for task in tasks:
        record, rgb = _record(task.path), read_picture(task.path)
        yield rgb, record.matrix_at(rgb.shape[1]), [task]


def _of(footage: Source, tasks: list[_Task]) -> list[_Task]:
    """Return the tasks on faces of this footage.

    Raises:
        AlignmentsError: there are tasks, and none is.
    """
    facts = footage.facts
    own = [task for task in tasks if task.fingerprint == facts.fingerprint]
    if tasks and not own:
        raise AlignmentsError("no face that lacks masks is of this footage", facts.path, "name the one they are from")
    return own


def _by_frame(tasks: list[_Task], footage: Source) -> Iterator[tuple[Picture, Matrix, list[_Task]]]:
    """Give each frame that has tasks, with the map that changes nothing.

    Raises:
        AlignmentsError: the footage lacks a frame.
    """
    import numpy as np

    frames: dict[int, list[_Task]] = defaultdict(list)
    for task in tasks:
        frames[task.frame].append(task)
    for frame in footage.frames(min(frames)) if frames else ():
        if here := frames.pop(frame.index, None):
            yield frame.rgb, np.eye(3)[:2], here
        if not frames:
            return
    if frames:
        raise AlignmentsError(f"this footage has no frame {min(frames) + 1}", footage.facts.path)


def _bring_in(folder: Path, config: MasksConfig, context: Context, in_step: InStep, did: _Did) -> None:
    from omote.alignments.painting import paintings, read_painting

    there = paintings(folder)
    tasks = _tasks(config, [config.name], in_step, did)
    faces = {path.relative_to(config.faces).with_suffix("") for path in _face_files(config.faces)}
    did.unused = len(there.keys() - faces)
    if did.unused:
        pictures = "1 picture" if did.unused == 1 else f"{did.unused} pictures"
        context.emit(Note(f"left out {pictures} in {folder} named as no face picture"))
    painted = [task for task in tasks if task.path.relative_to(config.faces).with_suffix("") in there]
    for done, task in enumerate(painted, 1):
        record = _record(task.path)
        painting = there[task.path.relative_to(config.faces).with_suffix("")]
        in_step.mask(task.path, record, {config.name: read_painting(painting, record)})
        did.added[config.name] += 1
        _tell(context, "import", done, len(painted))


def _write_out(output: Path, config: MasksConfig, context: Context, did: _Did) -> None:
    from omote.imaging.pictures import encode_png

    for done, path in enumerate(_face_files(config.faces), 1):
        place = path.relative_to(config.faces)
        for name, mask, tinted in _shown(path):
            if not config.add or name in config.add:
                write_bytes(output / name / place, encode_png(mask), durable=False)
                write_bytes(output / f"{name}-overlay" / place, encode_png(tinted), durable=False)
                did.written += 1
        _tell(context, "write", done, did.faces)


def _shown(path: Path) -> list[tuple[str, Picture, Picture]]:
    """Return a face picture's masks by names that can be those of folders, and itself tinted by each."""
    from omote.alignments.naming import plain_name
    from omote.alignments.painting import as_pictures
    from omote.media.pictures import read_picture

    try:
        return [
            (plain_name(name), mask, tinted) for name, mask, tinted in as_pictures(read_picture(path), _record(path))
        ]
    except AlignmentsError as fault:
        raise AlignmentsError(fault.what, path, fault.do) from fault


def _face_files(folder: Path) -> list[Path]:
    from omote.alignments.folder import face_pictures

    return [path for path, _ in face_pictures(folder)]


def _record(path: Path) -> PictureRecord:
    from omote.alignments.png import read_record

    record = read_record(path)
    if record is None:
        raise AlignmentsError("this picture has lost its record meanwhile", path, "run the same command again")
    return record


def _tell(context: Context, step: str, done: int, total: int) -> None:
    context.emit(Progress(step, done, total, "faces"))
    if context.stopped() and done < total:
        raise Stopped

"""Write for other programs: faces as faceswap's .fsa, pictures or JSON; a trained model as ONNX or .dfm."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import AlignmentsError, OmoteError, Stopped
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.stages import export_model
from omote.stages.context import Context, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.alignments.foreign.giving import Given
    from omote.alignments.record import FaceRecord, FrameRecord
    from omote.core.types import Picture
    from omote.media.source import Source

    Seen = tuple[FrameRecord, int, FaceRecord, bytes, Picture]


class ExportConfig(Config):
    """Settings of export."""

    thing: Path = Field(description="folder of face pictures, an alignments file, or a model folder")
    to: Literal["fsa", "faceswap-png", "json", "onnx", "dfm"] = Field(
        description="what to write: of faces fsa, faceswap-png or json, of a model onnx or dfm"
    )
    output: Path = Field(description="file, or a folder that gets files of faceswap's names")
    source: Path | None = Field(None, description="the footage, for pixels and times that the faces do not bring")
    overwrite: bool = Field(False, description="replace files that are there")
    person: Literal["a", "b"] = Field("b", description="whose face an exported model makes")

    @model_validator(mode="after")
    def _of_one_kind(self) -> ExportConfig:
        if self.source is not None and self.to in ("onnx", "dfm"):
            raise ValueError("a model has no footage: leave out --source")
        return self


class ExportReport(Report):
    """What was written.

    Attributes:
        faces: in all files.
        files: how many were written.
        lost: masks and vectors for which faceswap has no place.
    """

    faces: int
    files: int
    output: Path
    lost: list[str]
    seconds: float


def run(config: ExportConfig, context: Context) -> ExportReport | export_model.ExportModelReport:
    """Export all faces that are kept, or a model.

    Raises:
        ModelError: there is no model, it is damaged, or cannot be said in that form.
        AlignmentsError: there are no faces, they are damaged, or of other footage.
        MediaError: the footage cannot be read.
        OmoteError: pixels are needed that are not at hand, a file is there already, or cannot be written.
        Stopped: someone stopped it; files that were written stay.
    """
    if config.to == "onnx" or config.to == "dfm":
        wanted = export_model.ExportModelConfig.checked(
            {"model": config.thing, **config.model_dump(include={"to", "output", "person", "overwrite"})}
        )
        return export_model.run(wanted, context)
    return _export_faces(config, context)


def _export_faces(config: ExportConfig, context: Context) -> ExportReport:
    from omote.alignments.foreign.giving import given
    from omote.media.source import open_source

    began = time.perf_counter()
    found = given(config.thing)
    footage = None if config.source is None else open_source(config.source)
    if footage is not None:
        found = [each for each in found if each.source.fingerprint == footage.facts.fingerprint]
        if not found:
            raise AlignmentsError("these faces are of other footage", config.source)
    if config.to == "faceswap-png":
        files, lost = _pictures(found, footage, config, context)
    else:
        files, lost = _documents(found, footage, config, context)
    if lost:
        context.emit(Note(f"faceswap has no place for {', '.join(sorted(lost))}: left out"))
    faces = sum(len(faces) for each in found for faces in each.faces.values())
    seconds = round(time.perf_counter() - began, 2)
    return ExportReport(faces=faces, files=files, output=config.output, lost=sorted(lost), seconds=seconds)


def _documents(
    found: list[Given], footage: Source | None, config: ExportConfig, context: Context
) -> tuple[int, set[str]]:
    from omote.alignments.foreign.giving import thumbnail, to_fsa, to_json

    targets = _targets(found, config)
    lost: set[str] = set()
    for one, path in zip(found, targets, strict=True):
        if config.to == "json":
            data, left_out = to_json(one), list[str]()
        else:
            seen = _seen(one, footage, context) if one.pictures or footage else ()
            thumbnails = {face.id: thumbnail(rgb) for _, _, face, _, rgb in seen}
            data, left_out = to_fsa(one, thumbnails, _keys(footage))
        write_bytes(path, data)
        lost.update(left_out)
    return len(targets), lost


def _keys(footage: Source | None) -> frozenset[int] | None:
    from omote.media.keyframes import keyframes

    return keyframes(footage.facts.path) if footage is not None and footage.facts.kind == "video" else None


def _targets(found: list[Given], config: ExportConfig) -> list[Path]:
    """Return the file of each source, none of them there yet."""
    suffix = f".{config.to}"
    if config.output.suffix.lower() == suffix and not config.output.is_dir():
        if len(found) > 1:
            raise OmoteError(f"faces of {len(found)} sources do not go into one file", config.output, "name a folder")
        paths = [config.output]
    else:
        paths = [config.output / f"{_stem(each)}alignments{suffix}" for each in found]
    if len(set(paths)) < len(paths):
        raise OmoteError("several sources would have the same file", config.output, "export them one by one")
    for path in paths:
        _check_free(path, config)
    return paths


def _stem(one: Given) -> str:
    return f"{Path(one.source.name).stem}_" if one.video else ""


def _pictures(
    found: list[Given], footage: Source | None, config: ExportConfig, context: Context
) -> tuple[int, set[str]]:
    from omote.alignments.foreign.giving import to_png

    if config.output.resolve() == config.thing.resolve():
        raise OmoteError("the pictures need a folder of their own, not that of the faces", config.output)
    written: set[Path] = set()
    lost: set[str] = set()
    for one in found:
        if not one.pictures and footage is None:
            what = "alignments alone have no pixels"
            raise OmoteError(what, config.thing, "name a folder of face pictures, or the footage with --source")
        for frame, number, face, png, _ in _seen(one, footage, context):
            name, data, left_out = to_png(one, frame, number, face, png)
            path = config.output / name
            if path in written:
                raise OmoteError("faces of two sources would have the same file", path, "export them one by one")
            _check_free(path, config)
            write_bytes(path, data, durable=False)
            written.add(path)
            lost.update(left_out)
    return len(written), lost


def _check_free(path: Path, config: ExportConfig) -> None:
    if path.exists() and not config.overwrite:
        raise OmoteError("there is one already", path, "choose another place, or --overwrite")


def _seen(one: Given, footage: Source | None, context: Context) -> Iterator[Seen]:
    """Walk over the faces with faceswap's pictures of them: PNG file and pixels."""
    from omote.alignments.foreign.giving import faceswap_picture

    total = sum(len(faces) for faces in one.faces.values())
    walk = _cut(one, footage) if footage is not None else (
        (frame, number, face, *faceswap_picture(*one.pictures[face.id])) for frame, number, face in one.numbered()
    )  # fmt: skip
    for done, seen in enumerate(walk, 1):
        yield seen
        context.emit(Progress("export", done, total, "faces"))
        if context.stopped():
            raise Stopped


def _cut(one: Given, footage: Source) -> Iterator[Seen]:
    from omote.alignments.foreign.giving import faceswap_crop
    from omote.imaging.pictures import encode_png

    for seen in footage.frames():
        for number, face in enumerate(one.faces.get(seen.index, ())):
            cut = faceswap_crop(face, seen.rgb)
            yield face.frame, number, face, encode_png(cut), cut

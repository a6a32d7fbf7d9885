"""The whole line in one command: extract both people, train, convert."""

from __future__ import annotations

import time
from pathlib import Path

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import OmoteError, Stopped
from omote.core.events import Note
from omote.marking.config import MarkConfig
from omote.media.config import EncodeConfig
from omote.perception.config import LookConfig
from omote.runtime.device import DeviceName
from omote.stages import convert, extract, train
from omote.stages.context import Context, Report
from omote.stages.work import claim
from omote.swapping.config import CompositeConfig
from omote.training.config import LearnConfig


class SwapConfig(Config):
    """Settings of swap."""

    face: Path = Field(description="footage of B, whose face is put there")
    onto: Path = Field(description="footage of A, whose face is replaced")
    output: Path = Field(description="video, or a folder for pictures")
    work: Path | None = Field(None, description="folder for all that is made on the way; by default <output>.work")
    iterations: int = Field(20_000, ge=1, description="stop training after so many iterations in all")
    minutes: float | None = Field(None, gt=0, description="stop training after so many minutes in all")
    overwrite: bool = Field(False, description="replace the output when it is there")
    device: DeviceName = Field("auto", description="where to train and swap")
    look: LookConfig = LookConfig()
    learn: LearnConfig = LearnConfig()
    composite: CompositeConfig = CompositeConfig()
    encode: EncodeConfig = EncodeConfig()
    mark: MarkConfig = MarkConfig()


class SwapReport(Report):
    """What each part of the line did."""

    output: Path
    work: Path
    seconds: float
    extract_a: extract.ExtractReport
    extract_b: extract.ExtractReport
    train: train.TrainReport
    convert: convert.ConvertReport


def run(config: SwapConfig, context: Context) -> SwapReport:
    """Run the line in a work folder; what is there already is not done again.

    Raises:
        OmoteError: as the parts of the line do, or when a source has no face.
        Stopped: someone stopped it; the work folder keeps what is done.
    """
    began = time.perf_counter()
    _check(config)
    work = config.work or config.output.with_name(f"{config.output.name}.work")
    claim(work, {"face": str(config.face.absolute()), "onto": str(config.onto.absolute())}, "--work")
    faces = {side: work / f"faces-{side}" for side in ("a", "b")}
    context.emit(Note(f"faces of A, in {config.onto.name}"))
    faces_a = _extracted(config.onto, faces["a"], config, context)
    context.emit(Note(f"faces of B, in {config.face.name}"))
    faces_b = _extracted(config.face, faces["b"], config, context)
    trained = train.run(
        train.TrainConfig(
            a=faces["a"], b=faces["b"], model=work / "model", iterations=config.iterations, minutes=config.minutes,
            device=config.device, learn=config.learn,
        ),
        context,
    )  # fmt: skip
    if not trained.finished:
        raise Stopped
    converted = convert.run(
        convert.ConvertConfig(
            source=config.onto, model=work / "model", output=config.output, alignments=faces_a.alignments,
            overwrite=config.overwrite, device=config.device, composite=config.composite, encode=config.encode,
            mark=config.mark,
        ),
        context,
    )  # fmt: skip
    seconds = round(time.perf_counter() - began, 2)
    return SwapReport(
        output=config.output, work=work, seconds=seconds,
        extract_a=faces_a, extract_b=faces_b, train=trained, convert=converted,
    )  # fmt: skip


def _check(config: SwapConfig) -> None:
    """Find what would fail later now, before the hours of work."""
    from omote.marking.output import check
    from omote.media.sink import check_place, output_kind
    from omote.media.source import open_source
    from omote.runtime.device import pick_device
    from omote.swapping.trained import check_mask
    from omote.training.run import fresh_network

    check(config.mark)
    check_place(config.output, open_source(config.face), overwrite=config.overwrite)
    output_kind(config.output, open_source(config.onto), overwrite=config.overwrite, settings=config.encode)
    check_mask(fresh_network(config.learn, pick_device(config.device)), config.composite)


def _extracted(source: Path, faces: Path, config: SwapConfig, context: Context) -> extract.ExtractReport:
    report = extract.run(extract.ExtractConfig(sources=[source], faces=faces, look=config.look), context)
    if not report.finished:
        raise Stopped
    if report.faces == 0:
        raise OmoteError("no face found", source, "try other footage, or --set look.threshold=0.3 with another --work")
    return report

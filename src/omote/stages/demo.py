"""Draw two actors, swap one onto the other and score the result against the true swap."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from omote.core.config import Config
from omote.core.errors import Stopped
from omote.core.events import Note, Progress
from omote.core.files import write_bytes
from omote.faceset.config import AugmentConfig, CropConfig
from omote.stages import convert, extract, train
from omote.stages.context import Context, Report
from omote.stages.work import claim
from omote.training.config import LearnConfig, OptimizerConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

    from omote.cast.clip import Clip
    from omote.core.types import Picture
    from omote.evaluation.truth import Likeness

_SHOWN = 6


class DemoConfig(Config):
    """Settings of demo."""

    output: Path = Field(Path("omote-demo"), description="folder for all that the demo makes")
    iterations: int = Field(2400, ge=1, description="stop training after so many iterations")
    minutes: float = Field(3.5, gt=0, description="stop training after so many minutes")
    seed: int = Field(0, ge=0, description="which performances: those of the clips, their light and places")
    frames: int = Field(150, ge=10, le=1150, description="length of the two clips that are learnt from")
    plate_frames: int = Field(75, ge=2, description="length of the clip of A that is only converted")
    learn: LearnConfig = LearnConfig(
        batch_size=4,
        crop=CropConfig(coverage=0.75),
        optimizer=OptimizerConfig(learning_rate=2e-3),
        # Drawn takes vary little beside real footage, and minutes are short: calm augmentation learns faster.
        augment=AugmentConfig(rotation=5, zoom=3, shift=3, warp=1.2, lightness=10, colour=3, clahe=0),
    )


class TrueSwap(Report):
    """How near the result comes to the true swap inside the face, and how near the untouched plate is."""

    ssim: float
    psnr: float
    ssim_do_nothing: float
    psnr_do_nothing: float


class DemoReport(Report):
    """What the demo made."""

    true_swap: TrueSwap
    seconds: float
    result: Path
    comparison: Path
    report: Path
    iterations: int


def run(config: DemoConfig, context: Context) -> DemoReport:
    """Run the whole line on drawn actors. What is there from an earlier run with the same settings is used again.

    Raises:
        OmoteError: the folder cannot be written.
        Stopped: someone stopped it.
    """
    from omote.evaluation.truth import mean_likeness
    from omote.stages.filming import filmed

    began = time.perf_counter()
    claim(config.output, config.model_dump(include={"seed", "frames", "plate_frames"}), "--output")
    clips = clips_of(config)
    films = {part: filmed(clips[part], config.output / "clips", context) for part in ("a", "b", "plate")}
    faces = {side: config.output / f"faces-{side}" for side in ("a", "b")}
    for side, folder in faces.items():
        context.emit(Note(f"faces of actor {side.upper()}"))
        if not extract.run(extract.ExtractConfig(sources=[films[side]], faces=folder), context).finished:
            raise Stopped
    trained = train.run(
        train.TrainConfig(
            a=faces["a"], b=faces["b"], model=config.output / "model",
            iterations=config.iterations, minutes=config.minutes, learn=config.learn,
        ),
        context,
    )  # fmt: skip
    if not trained.finished:
        raise Stopped
    result = config.output / "swapped.mp4"
    convert.run(
        convert.ConvertConfig(source=films["plate"], model=trained.model, output=result, overwrite=True), context
    )
    comparison = config.output / "comparison.mp4"
    frames = list(_compared(clips, films["plate"], result, comparison, context))
    swapped, plate = mean_likeness(frame.swapped for frame in frames), mean_likeness(frame.plate for frame in frames)
    true_swap = TrueSwap(
        ssim=round(swapped.ssim, 4), psnr=round(swapped.psnr, 2),
        ssim_do_nothing=round(plate.ssim, 4), psnr_do_nothing=round(plate.psnr, 2),
    )  # fmt: skip
    seconds = round(time.perf_counter() - began, 1)
    report = DemoReport(
        true_swap=true_swap, seconds=seconds, result=result, comparison=comparison,
        report=config.output / "report.html", iterations=trained.iterations,
    )  # fmt: skip
    write_bytes(report.report, _page(report, frames, trained).encode())
    return report


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """A frame of the result beside the plate and the truth, as one picture, with the measures of both."""

    picture: Picture
    swapped: Likeness
    plate: Likeness


def clips_of(config: DemoConfig) -> dict[str, Clip]:
    """Return A's and B's clips to learn from, the plate that A plays, and the true swap: the plate played by B."""
    from omote.cast import pairs

    return pairs.clips_of(pairs.PAIRS[0], config.frames, config.plate_frames, config.seed)


def _compared(
    clips: dict[str, Clip], plate: Path, result: Path, comparison: Path, context: Context
) -> Iterator[_Compared]:
    """Measure each frame and write the comparison video."""
    import numpy as np

    from omote.core.types import Frame
    from omote.evaluation.truth import likeness
    from omote.imaging.pictures import side_by_side
    from omote.media.config import EncodeConfig
    from omote.media.sink import open_sink
    from omote.media.source import open_source

    wide = replace(clips["truth"], width=3 * clips["truth"].width)
    with open_sink(comparison, wide, overwrite=True, settings=EncodeConfig(preset="veryfast")) as sink:
        pairs = zip(open_source(plate).frames(), open_source(result).frames(), strict=True)
        for before, after in pairs:
            if context.stopped():
                raise Stopped
            truth, mask = clips["truth"].shot(before.index), clips["plate"].shot(before.index).mask
            # Only where both actors show face: the hair and head around it stay A's in any face swap.
            both = np.minimum(mask, truth.mask)
            picture = side_by_side(
                [before.rgb, after.rgb, truth.rgb], ["plate: actor A", "swapped", "true swap: actor B"]
            )
            sink.write(Frame(before.index, before.index, before.name, picture))
            yield _Compared(picture, likeness(after.rgb, truth.rgb, both), likeness(before.rgb, truth.rgb, both))
            context.emit(Progress("score", before.index + 1, len(wide.scenes)))


def _page(report: DemoReport, frames: list[_Compared], trained: train.TrainReport) -> str:
    from omote.evaluation.page import Figure, Link, Part, Table, Text, page
    from omote.imaging.pictures import encode_jpeg

    score = report.true_swap
    shown = frames[:: max(1, len(frames) // _SHOWN)][:_SHOWN]
    previews = sorted(trained.preview.parent.glob("*.jpg"))
    parts: list[Part] = [
        Text(
            "Two drawn actors. The network learnt both from a clip each and then put B's face into a third clip, which"
            " A plays and it had never seen. Since the actors are drawn, the true swap is known: B playing the same."
        ),
        Table(
            ("inside the face", "SSIM to the true swap", "PSNR in dB"),
            [
                ("swapped", f"{score.ssim:.3f}", f"{score.psnr:.1f}"),
                ("do nothing: A's own face", f"{score.ssim_do_nothing:.3f}", f"{score.psnr_do_nothing:.1f}"),
            ],
        ),
        Text(f"{report.iterations} iterations of the network {trained.network}; {report.seconds:.0f} seconds in all."),
        Link("swapped.mp4", "The swapped clip"),
        Link("comparison.mp4", "Plate, swapped and true swap side by side"),
        Text("Frames", heading=True),
        *(Figure(encode_jpeg(frame.picture), f"SSIM {frame.swapped.ssim:.3f}") for frame in shown),
        Text("What the network made of each person while it learnt", heading=True),
        *(Figure(path.read_bytes(), f"after {int(path.stem)} iterations") for path in (previews[0], previews[-1])),
    ]
    return page("omote demo", parts)

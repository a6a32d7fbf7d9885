"""A model tried on drawn actors: a performance it never saw, converted as any footage is, beside the true swap.

The model must have learnt the two actors that are named: of others it tells nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.core.errors import Stopped
from omote.core.events import Progress
from omote.marking.config import MarkConfig
from omote.media.config import EncodeConfig
from omote.runtime.device import DeviceName
from omote.stages import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from omote.cast.clip import Clip
    from omote.cast.render import Shot
    from omote.cast.scene import Scene
    from omote.core.types import Frame
    from omote.evaluation.true_swap import Scored
    from omote.stages.context import Context


class ActorsConfig(Config):
    """Settings of a trial on drawn actors."""

    model: Path = Field(description="model folder, of a model that learnt these two actors")
    a: int = Field(ge=0, description="seed of the actor who plays")
    b: int = Field(ge=0, description="seed of the actor whose face is put there")
    seed: int = Field(0, ge=0, description="which performance; of the same number as that of the demo, or another")
    frames: int = Field(75, ge=3, le=10_000, description="frames to convert and compare")
    device: DeviceName = Field("auto", description="where to run the network")

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.a == self.b:
            raise ValueError("the cast is two actors, not one twice")
        return self

    def clips(self) -> dict[str, Clip]:
        """Return the plate that A plays and the true swap."""
        from omote.cast.pairs import Pair, trial_of

        return trial_of(Pair(self.a, self.b), self.frames, self.seed)


def swapped_trial(config: ActorsConfig, folder: Path, context: Context) -> tuple[Path, Path]:
    """Film the plate and convert it, both into a folder; return where they are. What was filmed is used again.

    Raises:
        Stopped: someone stopped it; and what convert raises.
    """
    from omote.stages.filming import filmed

    plate = filmed(config.clips()["plate"], folder, context)
    result = folder / "swapped.mp4"
    swapped(plate, config.model, result, config.device, context)
    return plate, result


def swapped(plate: Path, model: Path, result: Path, device: DeviceName, context: Context) -> None:
    """Convert a plate in order to measure the result, which is not to leave its folder.

    Neither codec nor watermark is to be measured, so it has no mark and is as good as lossless.

    Raises:
        Stopped: someone stopped it; and what convert raises.
    """
    convert.run(
        convert.ConvertConfig(
            source=plate, model=model, output=result, overwrite=True, device=device,
            encode=EncodeConfig(quality=0, pixels="yuv444p", preset="ultrafast"), mark=MarkConfig(on=False),
        ),
        context,
    )  # fmt: skip


def shots_of(clips: Mapping[str, Clip]) -> Iterator[tuple[Scene, Shot, Shot]]:
    """Draw a trial frame by frame: what is played, and how A and B look playing it."""
    plate, truth = clips["plate"], clips["truth"]
    for number, scene in enumerate(plate.scenes):
        yield scene, plate.shot(number), truth.shot(number)


def compared(
    result: Path, shots: Iterable[tuple[Scene, Shot, Shot]], context: Context
) -> Iterator[tuple[Frame, Shot, Shot, Scored]]:
    """Compare a result of a trial, frame by frame, with the true swap: the frame, its plate, its truth, how near it is.

    Raises:
        MediaError: it cannot be read.
        ValueError: it has more or fewer frames than the trial.
        Stopped: someone stopped it.
    """
    from omote.evaluation.true_swap import scored
    from omote.media.source import open_source

    source = open_source(result)
    for frame, (scene, plate, truth) in zip(source.frames(), shots, strict=True):
        if context.stopped():
            raise Stopped
        yield frame, plate, truth, scored(frame.rgb, scene, plate, truth)
        context.emit(Progress("compare with the true swap", frame.index + 1, source.facts.frames or 0))


def scores(result: Path, shots: Iterable[tuple[Scene, Shot, Shot]], context: Context) -> list[Scored]:
    """Return how near each frame of a result of a trial comes to the true swap; raises what `compared` does."""
    return [each for _, _, _, each in compared(result, shots, context)]

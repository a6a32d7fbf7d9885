"""Settings of evaluate."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.perception.config import LookConfig
from omote.runtime.device import DeviceName


class SampleConfig(Config):
    """How much of a result is looked at."""

    frames: int = Field(
        96, ge=8, le=10_000, description="frames that are measured, spread over the clip; drawn actors play so many"
    )
    together: int = Field(8, ge=3, le=250, description="frames that follow one another, to see what flickers")
    identify: int = Field(24, ge=2, le=10_000, description="faces each of A, B and the result that are recognised")


class EvaluateConfig(Config):
    """Settings of evaluate."""

    result: Path | None = Field(None, description="what convert made: a video or a folder of pictures")
    plate: Path | None = Field(None, description="the footage of A that it was made from")
    faces_b: Path | None = Field(None, description="folder of faces of B")
    faces_a: Path | None = Field(None, description="folder of faces of A, which a model learnt from")
    alignments: Path | None = Field(None, description="alignments of the plate; by default looked for, else made")
    model: Path | None = Field(None, description="model folder: tried on the faces that training held out")
    cast: str | None = Field(
        None,
        description="drawn actors that the model learnt, by their seeds, as A,B: tried where the true swap is known",
    )  # fmt: skip
    person: str | None = Field(None, description="who of the plate was swapped; by default who is seen most")
    output: Path | None = Field(None, description="HTML page with all figures, and with the best and worst frames")
    overwrite: bool = Field(False, description="replace the page when it is there")
    device: DeviceName = Field("auto", description="where to run the network")
    first: int | None = Field(
        None, ge=0, description="frame of the plate that the result begins with, where convert made only a range"
    )
    identifier: str = Field("dlib-resnet", description="plugin that tells people apart")
    sample: SampleConfig = SampleConfig()
    look: LookConfig = LookConfig()

    @model_validator(mode="after")
    def _two_seeds(self) -> EvaluateConfig:
        if self.cast is not None and not re.fullmatch(r"\d{1,9},\d{1,9}", self.cast):
            raise ValueError(f"the cast is two actors by their seeds, as 21,5, not {self.cast!r}")
        return self

"""Settings of convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.marking.config import MarkConfig
from omote.media.config import EncodeConfig
from omote.perception.config import LookConfig
from omote.runtime.device import DeviceName
from omote.stages.converting.spans import PATTERN, needs_times, spans
from omote.swapping.config import CompositeConfig, MakingConfig, PlanConfig

if TYPE_CHECKING:
    from omote.swapping.routes import Routes


class ConvertConfig(Config):
    """Settings of convert."""

    source: Path = Field(description="video, picture or folder of pictures of A, or a folder of several of these")
    model: Path | None = Field(None, description="model folder, for everyone whom --swap does not name")
    people: list[str] = Field(
        [], description="PERSON=MODEL, as in person-01=model or person-02=model:a, or =none; may be repeated"
    )
    output: Path | None = Field(None, description="video, or a folder for pictures")
    preview: Path | None = Field(None, description="folder for pictures of the plan and of all colours and masks")
    write: Literal["frames", "layer", "patches"] = Field(
        "frames",
        description="frames; for compositors a layer of the faces alone, or patches: each face with its mask",
    )
    alignments: Path | None = Field(None, description="alignments of the source; by default looked for, else made")
    complete: bool = Field(
        False, description="look for faces also in frames that finished alignments lack, and add them"
    )
    person: Literal["a", "b"] = Field("b", description="whose face is put there")
    range: str = Field(
        ":",
        pattern=PATTERN,
        description="frames as FIRST:END from 0, END not included, or times as 10s:1m2s; by commas",
    )
    outside: Literal["drop", "keep"] = Field(
        "drop", description="frames outside of the range: drop, or keep as they are"
    )
    every: int = Field(1, ge=1, description="write one frame of so many")
    overwrite: bool = Field(False, description="replace the output when it is there")
    device: DeviceName = Field("auto", description="where to run the network")
    frames_at_once: int = Field(16, ge=1, le=256, description="frames whose faces go through the network together")
    suffix: str | None = Field(
        None, pattern=r"^\.\w+$", description="of the videos made from a folder of sources; by default each one's own"
    )
    preview_pictures: int = Field(24, ge=1, le=1000, description="frames of the plan that a preview shows")
    plan: PlanConfig = PlanConfig()
    swap: MakingConfig = MakingConfig()
    composite: CompositeConfig = CompositeConfig()
    encode: EncodeConfig = EncodeConfig()
    mark: MarkConfig = MarkConfig()
    look: LookConfig = LookConfig()

    @model_validator(mode="after")
    def _goes_together(self) -> ConvertConfig:
        if self.model is None and not self.people:
            raise ValueError("name a model with --model, or who is swapped by which model with --swap")
        if self.output is None and self.preview is None:
            raise ValueError("name an output, a preview, or both")
        if not needs_times(self.range):
            spans(self.range)
        return self

    @property
    def place(self) -> Path:
        """Where the first thing is written."""
        place = self.output or self.preview
        if place is None:
            raise ValueError("a checked configuration names one of them")
        return place

    def routes(self) -> Routes:
        """Return who is swapped by which model.

        Raises:
            SettingError: a pair has another form, or a person is named twice.
        """
        from omote.swapping.routes import Routes

        return Routes.of(self.model, self.people, self.person)

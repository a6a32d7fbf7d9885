"""Settings of extract."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.perception.config import FollowConfig, LookConfig


class ExtractConfig(Config):
    """Settings of extract."""

    sources: list[Path] = Field(min_length=1, description="videos, pictures or folders of pictures")
    faces: Path | None = Field(None, description="folder for the face pictures and the alignments")
    alignments: Path | None = Field(
        None, description="alignments file, or the folder for those of several sources; by default that of the faces"
    )
    range: str = Field(
        ":", pattern=r"^\d*:\d*$", description="frames to look at, as FIRST:END counted from 0, END not included"
    )
    every: int = Field(1, ge=1, description="look at one frame of so many")
    size: int = Field(512, ge=64, le=2048, description="side of a face picture in pixels")
    look: LookConfig = LookConfig()
    follow: FollowConfig = FollowConfig()
    masks: list[str] = Field(["extended"], description="plugins for masks, kept with each face")
    quality: str = Field("measured", description="plugin that says how good a view is, or none")
    identifier: str = Field("dlib-resnet", description="plugin that tells people apart, or none")
    filter: list[Path] = Field([], description="keep only people who look like those in these reference pictures")
    exclude: list[Path] = Field([], description="drop people who look like those in these reference pictures")
    restore: bool = Field(False, description="take faces back that were rejected because their picture was deleted")

    @model_validator(mode="after")
    def _goes_together(self) -> ExtractConfig:
        if self.faces is None and self.alignments is None:
            raise ValueError("name a folder for the faces, an alignments file, or both")
        if self.faces is not None and self.faces.resolve() in [source.resolve() for source in self.sources]:
            raise ValueError("the faces need a folder of their own, not that of the source")
        if self.identifier == "none" and (self.filter or self.exclude):
            raise ValueError("filter and exclude need an identifier")
        if len(self.sources) > 1 and self.alignments is not None and self.alignments.suffix:
            raise ValueError("several sources need a folder for their alignments, not one file")
        first, _, end = self.range.partition(":")
        if end and int(end) <= int(first or 0):
            raise ValueError(f"no frame lies in the range {self.range}")
        return self

"""Settings of train."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.runtime.device import DeviceName
from omote.training.config import LearnConfig


class TrainConfig(Config):
    """Settings of train."""

    model: Path = Field(description="model folder; training goes on there when it holds a model")
    a: Path | None = Field(None, description="face pictures of A, the person in the footage to be changed")
    b: Path | None = Field(None, description="face pictures of B, the person whose face is put there")
    pretrain: list[Path] = Field(
        default_factory=list, description="face pictures of many people: train one model of all as a start for others"
    )
    iterations: int = Field(1_000_000, ge=1, description="stop when the model has trained so many iterations in all")
    minutes: float | None = Field(None, gt=0, description="stop when the model has trained so many minutes in all")
    device: DeviceName = Field("auto", description="where to train")
    recipe: Path | None = Field(None, description="settings of learning in a TOML file, as train.toml of a model")
    load_weights: Path | None = Field(None, description="model folder whose weights a new model begins with")
    encoder_weights: Path | None = Field(
        None, description="file of an encoder's published weights, for a new model whose network begins with such"
    )
    reset: list[str] = Field(default_factory=list, description="parts that begin anew: inter, decoders …")
    find_rate: Literal["off", "set", "report"] = Field(
        "off", description="look for a learning rate before a new model trains: set it, or only report it"
    )
    learn: LearnConfig = LearnConfig()

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.pretrain and (self.a or self.b):
            raise ValueError("give --pretrain, or --a and --b")
        if (self.a is None) != (self.b is None):
            raise ValueError("give faces of both people: --a and --b")
        return self

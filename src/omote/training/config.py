"""Settings of learning."""

from typing import Any

from pydantic import Field

from omote.core.config import Config
from omote.faceset.config import AugmentConfig, CropConfig


class LossConfig(Config):
    """How a made face is compared with the true one."""

    ssim: float = Field(1.0, ge=0, le=10, description="weight of 1 - SSIM")
    mse: float = Field(1.0, ge=0, le=10, description="weight of the mean squared error")
    learned_mask: float = Field(1.0, ge=0, le=10, description="weight of the learnt mask's squared error")
    outside: float = Field(0.1, ge=0, le=1, description="weight of pixels outside the face's mask, inside it is 1")


class OptimizerConfig(Config):
    """Adam's settings."""

    learning_rate: float | None = Field(None, gt=0, le=0.1, description="step size; none takes the network's own")
    anneal: float = Field(0.3, ge=0, le=1, description="share of the run, at its end, over which the rate falls to 0")
    beta_1: float = Field(0.9, ge=0, lt=1, description="memory of the gradient")
    beta_2: float = Field(0.999, ge=0, lt=1, description="memory of the squared gradient")
    epsilon_exponent: int = Field(-7, ge=-20, le=0, description="epsilon is 10 to this power")


class LearnConfig(Config):
    """All that decides what a network becomes. Written to `train.toml`; a resumed run keeps it."""

    network: str = Field("nano", description="nano (CPUs) or lightweight (GPUs)")
    options: dict[str, Any] = Field(default_factory=dict, description="the network's own settings")
    crop: CropConfig = CropConfig()
    augment: AugmentConfig = AugmentConfig()
    loss: LossConfig = LossConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    batch_size: int = Field(16, ge=1, le=1024, description="faces of each person in a step")
    save_every: int = Field(250, ge=1, description="iterations between saves, each with a preview")
    seed: int = Field(0, ge=0, description="of all chance: the same seed on the same machine gives the same model")

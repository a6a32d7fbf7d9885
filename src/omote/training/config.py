"""Settings of learning. All of it stands in a model's `train.toml`."""

from collections.abc import Mapping
from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from omote.core.config import Config
from omote.faceset.config import AugmentConfig, CropConfig, DataConfig

LossName = Literal[
    "ssim", "ms_ssim", "gmsd", "mse", "mae", "logcosh", "smooth", "laplacian", "frequency", "gradient", "l_inf",
    "flip", "lpips", "identity",
]  # fmt: skip
_MOST_TERMS = 4


def _weight(default: float, description: str) -> Any:  # noqa: ANN401 - what pydantic's Field is said to be
    return Field(default, ge=0, le=100, description=f"weight of {description}")


class LossConfig(Config):
    """How a made face is compared with the true one: by up to four measures with a weight above 0."""

    ssim: float = _weight(1, "1 - SSIM")
    ms_ssim: float = _weight(0, "1 - SSIM at several scales")
    gmsd: float = _weight(0, "the deviation of gradient similarity")
    mse: float = _weight(1, "the mean squared error")
    mae: float = _weight(0, "the mean absolute error")
    logcosh: float = _weight(0, "log cosh of the error")
    smooth: float = _weight(0, "Barron's smooth absolute error")
    laplacian: float = _weight(0, "the error of a Laplacian pyramid")
    frequency: float = _weight(0, "the focal frequency loss")
    gradient: float = _weight(0, "the error of gradients")
    l_inf: float = _weight(0, "the largest error")
    flip: float = _weight(0, "LDR-FLIP, the difference that an eye sees")
    lpips: float = _weight(0, "LPIPS; needs weights at hand")
    identity: float = _weight(0, "the distance of identity vectors; needs weights at hand")
    outside: float = Field(0.1, ge=0, le=1, description="weight of pixels outside the face's mask, inside it is 1")
    eyes: float = Field(3, ge=1, le=40, description="how many times a pixel of the eyes counts")
    mouth: float = Field(2, ge=1, le=40, description="how many times a pixel of the mouth counts")
    by_area: bool = Field(False, description="mean over the pixels' weights, so that small masks count as large ones")
    learned_mask: float = Field(0.1, ge=0, le=10, description="weight of the learnt mask's error")
    learned_mask_by: Literal["mse", "mae"] = Field("mse", description="how the learnt mask is compared")

    @model_validator(mode="after")
    def _few(self) -> Self:
        if not 1 <= len(self.terms) <= _MOST_TERMS:
            raise ValueError(f"one to four measures may have a weight above 0, not {', '.join(self.terms) or 'none'}")
        return self

    @property
    def terms(self) -> dict[LossName, float]:
        """The measures with a weight above 0."""
        return {name: weight for name in get_args(LossName) if (weight := getattr(self, name)) > 0}

    @classmethod
    def of(cls, terms: Mapping[str, float], **others: Any) -> Self:  # noqa: ANN401 - the other settings
        """Build with these measures and no others.

        Raises:
            SettingError: as `checked`.
        """
        return cls.checked({**dict.fromkeys(get_args(LossName), 0.0), **terms, **others})


class InitialConfig(Config):
    """How weights are drawn before anything is learnt."""

    kernel: Literal["he_uniform", "convaware"] = Field("he_uniform", description="of convolutions")
    icnr: bool = Field(False, description="sub-pixel convolutions begin as plain enlargement: no checkerboard")


class OptimizerConfig(Config):
    """How weights follow the gradient."""

    name: Literal["adam", "adamw", "adamax", "nadam", "adabelief", "rmsprop", "lion", "prodigy"] = Field(
        "adam", description="the rule of steps"
    )
    learning_rate: float | None = Field(None, gt=0, le=10, description="step size; none takes the network's own")
    beta_1: float = Field(0.9, ge=0, lt=1, description="memory of the gradient")
    beta_2: float | None = Field(
        None, ge=0, lt=1, description="memory of the squared gradient; none: 0.999, lion 0.99, rmsprop 0.9"
    )
    epsilon_exponent: int | None = Field(
        None, ge=-20, le=0, description="epsilon is 10 to this power; none: -7, and -16 for adabelief"
    )
    amsgrad: bool = Field(False, description="adam, adamw: keep the largest of the squared memories")
    weight_decay: float = Field(0, ge=0, le=1, description="pull to zero, not on biases and norms")
    warmup: int = Field(0, ge=0, le=100_000, description="iterations over which the rate rises from 0")
    accumulate: int = Field(1, ge=1, le=100, description="batches whose gradients make one step")
    clipping: Literal["none", "autoclip", "norm", "value"] = Field("none", description="how large gradients are cut")
    clip_at: float = Field(
        1.0, gt=0, le=100, description="norm or value; autoclip: percentile of past norms is 10 times this"
    )
    clip_history: int = Field(10_000, ge=1, le=100_000, description="norms that autoclip remembers")
    average: float = Field(
        0,
        ge=0,
        lt=1,
        description="decay of a running mean of weights (EMA), 0.999 say, that is shown and converted with",
    )


class CriticConfig(Config):
    """The discriminator of phases that have one: it looks at patches."""

    width: int = Field(32, ge=8, le=256, description="channels of its first layer")
    depth: int = Field(3, ge=1, le=6, description="times that it halves the face")
    learning_rate: float = Field(1e-4, gt=0, le=0.1, description="of the critic")
    delay: int = Field(500, ge=0, description="iterations over which its weight in the loss rises to the phase's")


class PhaseConfig(Config):
    """A stretch of a run. It ends when the first of its ends is reached; the last phase goes on to the run's end."""

    name: str = Field(description="what the log calls it")
    iterations: int | None = Field(None, ge=1, description="ends after so many iterations")
    minutes: float | None = Field(None, gt=0, description="ends after so many minutes of steps")
    share: float | None = Field(None, gt=0, le=1, description="ends at this share of the whole run's limits")
    plateau: int | None = Field(
        None, ge=1, description="ends when the held-out measure has not got better for so many iterations"
    )
    warp: bool = Field(True, description="bend what the encoder reads")
    flip: bool = Field(True, description="mirror faces, as augment.flip says")
    learning_rate: float = Field(1.0, gt=0, le=100, description="times the run's learning rate")
    schedule: Literal["constant", "cosine", "plateau"] = Field(
        "constant", description="cosine: falls to 0 over the phase; plateau: is halved when nothing gets better"
    )
    resolution: int | None = Field(
        None, ge=1, description="draw faces of this side, of a network that can draw smaller ones first: noh"
    )
    dropout: float = Field(0, ge=0, lt=1, description="share of weights that a step leaves as they are")
    critic: float = Field(0, ge=0, le=10, description="weight of the discriminator's verdict in the loss")


class WatchConfig(Config):
    """What is kept and shown while training."""

    save_every: int = Field(
        250,
        ge=1,
        description="iterations between saves, each with a preview; more where they took over 5 % of the time",
    )
    measure_every: int = Field(250, ge=1, description="iterations between measures of the held-out faces")
    snapshot_every: int = Field(25_000, ge=0, description="iterations between snapshots that stay; 0: none")
    snapshots: int = Field(4, ge=1, description="how many of the newest snapshots stay")
    preview_faces: int = Field(14, ge=2, le=32, description="faces of either person on the preview sheet")
    mask_overlay: bool = Field(False, description="tint what is outside the mask on the preview sheet")
    tensorboard: bool = Field(True, description="write scalars and previews for TensorBoard")


class ComputeConfig(Config):
    """How the device is used."""

    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="auto: the fastest that is safe here"
    )
    compile: Literal["auto", "on", "off"] = Field("auto", description="torch.compile; auto: on a GPU that has Triton")
    tf32: bool = Field(True, description="let a GPU multiply fp32 with TF32's ten bits")


_PHASES = (
    PhaseConfig(name="learn", share=0.7, plateau=20_000),
    PhaseConfig(name="finish", schedule="cosine", warp=False),
)


class LearnConfig(Config):
    """All that decides what a network becomes. Written to `train.toml`; a resumed run keeps what is not given anew."""

    network: str = Field("nano", description="one of omote models list; nano is for CPUs")
    preset: str | None = Field(None, description="a preset of the network, its options laid over by those given")
    options: dict[str, Any] = Field(default_factory=dict, description="the network's own settings")
    freeze: list[str] = Field(default_factory=list, description="parts that are not trained: encoder, decoders.a …")
    initial: InitialConfig = InitialConfig()
    crop: CropConfig = CropConfig()
    data: DataConfig = DataConfig()
    augment: AugmentConfig = AugmentConfig()
    loss: LossConfig = LossConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    critic: CriticConfig = CriticConfig()
    phases: tuple[PhaseConfig, ...] = Field(_PHASES, min_length=1, description="one after the other")
    watch: WatchConfig = WatchConfig()
    compute: ComputeConfig = ComputeConfig()
    batch_size: int = Field(16, ge=1, le=1024, description="faces of each person in a step, on each device")
    seed: int = Field(0, ge=0, description="of all chance: the same seed on the same machine gives the same model")

"""Settings of planning, of making faces and of compositing them."""

from typing import Literal

from pydantic import Field, field_validator

from omote.core.config import Config


class PlanConfig(Config):
    """Where faces go."""

    scale: float = Field(0, ge=-50, le=50, description="percent by which the made face is larger than the old one")
    steady: int = Field(
        3, ge=0, le=30,
        description="frames on each side that steady the points of one, where that was not done when they were found",
    )  # fmt: skip


class MakingConfig(Config):
    """How the network makes faces."""

    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto", description="bits that the network computes with; auto: the fastest that is safe on the device"
    )
    batch_size: int = Field(16, ge=1, le=1024, description="faces that go through the network together")
    flip_average: bool = Field(
        False, description="make each face once more from its mirror image and take the mean: twice the work"
    )
    compile: bool = Field(False, description="torch.compile: may pay for large networks and long footage on a GPU")


class SidesConfig(Config):
    """Drawing single edges of the mask in, as the face stands in its own crop; negative: out."""

    top: float = Field(0, ge=-20, le=40, description="the upper edge down by so much")
    bottom: float = Field(0, ge=-20, le=40, description="the lower edge up")
    left: float = Field(0, ge=-20, le=40, description="the left edge, as the crop shows it, to the right")
    right: float = Field(0, ge=-20, le=40, description="the right edge to the left")


class BalanceConfig(Config):
    """Colours set by hand, after they were matched. All are percentages; 0 changes nothing."""

    red: float = Field(0, ge=-100, le=100, description="more red")
    green: float = Field(0, ge=-100, le=100, description="more green")
    blue: float = Field(0, ge=-100, le=100, description="more blue")
    contrast: float = Field(0, ge=-100, le=100, description="more contrast, around the middle grey")
    brightness: float = Field(0, ge=-100, le=100, description="so much of white is added")
    gamma: float = Field(0, ge=-80, le=400, description="lighter middle tones; black and white stay")


class SharpenConfig(Config):
    """Making the face sharper by a fixed amount."""

    kind: Literal["none", "box", "gaussian", "unsharp"] = Field(
        "none", description="which blur the detail is taken against; unsharp: gaussian, and little detail is left alone"
    )
    amount: float = Field(50, ge=0, le=500, description="percent of the detail that is added")
    radius: float = Field(0.5, gt=0, le=5, description="of the blur, in percent of the crop's side")
    threshold: float = Field(1, ge=0, le=20, description="unsharp: percent of white up to which detail is left alone")


class CompositeConfig(Config):
    """How a made face is set into its frame. Percentages are of the crop's side in the frame where nothing is said."""

    colour: Literal["lab", "none", "mean", "mkl", "histogram", "seamless"] = Field(
        "lab",
        description="what of the plate's colours the face takes: mean; lab: mean and spread in LAB; mkl: mean and"
        " covariance, by the linear map of Monge and Kantorovich; histogram: the histogram of each channel; seamless:"
        " the colours all around the mask (Poisson)",
    )
    mask: str = Field(
        "auto",
        description="which pixels are replaced: extended, components (no forehead), learned (by the network), crop (all"
        " of it) or a mask that the alignments keep, by its name; several joined by * are multiplied; auto:"
        " extended*learned where the network learnt a mask, else extended",
    )
    threshold: float = Field(
        0,
        ge=0,
        le=50,
        description="percent of the mask's height: up to it 0, from as much below full on 1, even between",
    )
    erode: float = Field(0, ge=-10, le=20, description="draw the mask's edge in by so much")
    sides: SidesConfig = SidesConfig()
    feather: float = Field(3.5, ge=0, le=30, description="soften the mask's edge over so much, inwards")
    feather_kind: Literal["gaussian", "box"] = Field("gaussian", description="box: an even ramp")
    steady_mask: float = Field(1.5, ge=0, le=25, description="frames over which the mask is evened out; 0: not")
    steady_colour: float = Field(
        8,
        ge=0,
        le=100,
        description="frames over which all that is measured, but the mean colour, is evened out; 0: not",
    )
    light: Literal["no", "srgb", "bt709"] = Field(
        "no", description="blend in linear light, by the inverse of sRGB's (IEC 61966-2-1) or of BT.709's curve"
    )
    balance: BalanceConfig = BalanceConfig()
    sharpen: SharpenConfig = SharpenConfig()
    match_sharpness: float = Field(0, ge=0, le=100, description="percent of the way to the plate's sharpness")
    motion_blur: float = Field(0, ge=0, le=100, description="percent of a frame's time that the shutter is open")
    grain: float = Field(0, ge=0, le=200, description="percent of the plate's grain that the face is given")

    @field_validator("mask")
    @classmethod
    def _named(cls, mask: str) -> str:
        names = [name.strip() for name in mask.split("*")]
        if not all(names) or len(set(names)) < len(names):
            raise ValueError("should be names of masks joined by *, each once")
        return "*".join(names)

    @property
    def masks(self) -> tuple[str, ...]:
        """The names of the masks whose product is used."""
        return tuple(self.mask.split("*"))

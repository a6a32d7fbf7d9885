"""Settings of Phaze-A: names, defaults and ranges are those its presets are known by."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from omote.models.base import NetworkConfig
from omote.models.phaze_a.architectures import SIZES, Architecture, input_size
from omote.models.phaze_a.curve import SlopeMode
from omote.models.phaze_a.norms import LevelNormName, NormName
from omote.models.phaze_a.plan import Map, fitted
from omote.models.phaze_a.upscale import LevelUpscalerName, UpscalerName

_SLOPE = "where the curve of filters bends: early below 0, late above"


def _slope(default: float) -> Any:  # noqa: ANN401 - what pydantic's Field is said to be
    return Field(default, ge=-0.99, le=0.99, description=_SLOPE)


class PhazeAConfig(NetworkConfig):
    """Settings of Phaze-A.

    All numbers have the reference's ranges; its steps hold where its own presets keep to them (they have 24, 126, 248
    and 1008 filters). What parts are frozen, and with which other model's weights they begin, is said to the training
    (`freeze`, `transplant`) and not here, as for all networks: there are no `freeze_layers` and `load_layers`.
    """

    output_size: int = Field(128, ge=64, le=2048, multiple_of=16, description="side of the faces it makes, in pixels")

    shared_fc: Literal["none", "full", "half"] = Field(
        "none", description="what stands beside each person's own map: full: one of a third network, half: that of A's"
    )
    enable_gblock: bool = Field(True, description="let a style taken from the code restyle the map (AdaIN)")
    split_fc: bool = Field(True, description="a fully connected network for each person, not one for both")
    split_gblock: bool = Field(False, description="a G-block for each person, not one for both")
    split_decoders: bool = Field(False, description="a decoder for each person, not one for both")

    enc_architecture: Architecture = Field("fs_original", description="which encoder")
    enc_scaling: int = Field(7, ge=0, le=200, description="percent of the encoder's native size at which it reads")
    enc_load_weights: bool = Field(True, description="begin a training with the encoder's published weights")

    bottleneck_type: Literal["average_pooling", "dense", "max_pooling", "flatten"] = Field(
        "dense", description="how the encoder's map becomes a vector"
    )
    bottleneck_norm: NormName = Field("none", description="norm before the bottleneck")
    bottleneck_size: int = Field(1024, ge=128, le=4096, multiple_of=128, description="length of the dense bottleneck")
    bottleneck_in_encoder: bool = Field(True, description="the bottleneck is shared, not one for each fully connected")

    fc_depth: int = Field(1, ge=0, le=16, description="dense layers of a fully connected network")
    fc_min_filters: int = Field(1024, ge=16, le=5120, multiple_of=16, description="channels of its first layer's map")
    fc_max_filters: int = Field(1024, ge=128, le=5120, multiple_of=64, description="channels of its last layer's map")
    fc_dimensions: int = Field(4, ge=1, le=16, description="side of its map")
    fc_filter_slope: float = _slope(-0.5)
    fc_dropout: float = Field(0.0, ge=0, le=0.99, description="share of numbers forgotten before each dense layer")
    fc_upsampler: Literal["upsample2d"] | UpscalerName = Field("upsample2d", description="how its map is enlarged")
    fc_upsamples: int = Field(1, ge=0, le=4, description="how many times its map is doubled")
    fc_upsample_filters: int = Field(
        512, ge=128, le=5120, multiple_of=64, description="channels of enlarged maps (upsample2d keeps those there are)"
    )

    fc_gblock_depth: int = Field(3, ge=1, le=16, description="dense layers from code to style")
    fc_gblock_min_nodes: int = Field(512, ge=128, le=5120, multiple_of=64, description="width of the first of them")
    fc_gblock_max_nodes: int = Field(512, ge=128, le=5120, multiple_of=64, description="width of the last of them")
    fc_gblock_filter_slope: float = _slope(-0.5)
    fc_gblock_dropout: float = Field(0.0, ge=0, le=0.99, description="share of numbers forgotten before each of them")

    dec_upscale_method: LevelUpscalerName = Field("subpixel", description="how a level of the decoder doubles the size")
    dec_upscales_in_fc: int = Field(0, ge=0, le=6, description="first levels that belong to the fully connected")
    dec_norm: LevelNormName = Field("none", description="norm of each level")
    dec_min_filters: int = Field(64, ge=16, le=512, description="channels of the last level")
    dec_max_filters: int = Field(512, ge=256, le=5120, description="channels of the first level")
    dec_slope_mode: SlopeMode = Field("full", description="how channels fall between")
    dec_filter_slope: float = _slope(-0.45)
    dec_res_blocks: int = Field(1, ge=0, le=8, description="residual blocks of each level")
    dec_output_kernel: int = Field(5, ge=1, le=9, description="side of the last convolution's kernel, odd")
    dec_gaussian: bool = Field(True, description="add noise to each level while training")
    dec_skip_last_residual: bool = Field(True, description="no residual block in the last level")

    fs_original_depth: int = Field(4, ge=2, le=10, description="halvings of fs_original")
    fs_original_min_filters: int = Field(128, ge=16, le=2048, description="its first level's channels; each doubles")
    fs_original_max_filters: int = Field(1024, ge=256, le=8192, description="no level has more")
    fs_original_use_alt: bool = Field(False, description="two convolutions and a pooling a level, down to one pixel")

    mobilenet_width: float = Field(1.0, ge=0.1, le=2.0, description="channels of a MobileNet beside the published")
    mobilenet_depth: int = Field(1, ge=1, le=10, description="filters for each channel of mobilenet (version 1)")
    mobilenet_dropout: float = Field(
        0.001, ge=0.001, le=2.0, description="dropout of mobilenet's classifier, which no encoder has: without effect"
    )
    mobilenet_minimalistic: bool = Field(False, description="MobileNet 3 without squeezing, large kernels, hard swish")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.dec_output_kernel % 2 == 0:
            raise ValueError(f"dec_output_kernel should be odd, not {self.dec_output_kernel}")
        levels = fitted(self.fc_map, self.output_size).doublings(self.output_size)
        if self.dec_upscales_in_fc > levels:
            raise ValueError(f"dec_upscales_in_fc is {self.dec_upscales_in_fc}, but the decoder has {levels} levels")
        return self

    @property
    def fc_map(self) -> Map:
        """What a fully connected network makes before any of the decoder's levels."""
        kept = self.fc_upsampler == "upsample2d" or not self.fc_upsamples
        return Map(self.fc_max_filters if kept else self.fc_upsample_filters, self.fc_dimensions * 2**self.fc_upsamples)

    @property
    def input_size(self) -> int:
        """Side of the faces that the encoder reads. Published NASNets are tied to their own."""
        tied = self.enc_architecture.startswith("nasnet") and self.enc_load_weights
        return SIZES[self.enc_architecture].native if tied else input_size(self.enc_architecture, self.enc_scaling)

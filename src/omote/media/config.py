"""Settings of what is written."""

from typing import Literal

from pydantic import Field

from omote.core.config import Config

Preset = Literal[
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo"
]


class EncodeConfig(Config):
    """How a video or pictures are written."""

    codec: Literal["auto", "h264", "h265", "av1", "vp9", "prores", "ffv1", "gif"] = Field(
        "auto", description="codec of a video; auto: VP9 in .webm, GIF in .gif, else H.264, which plays everywhere"
    )
    quality: int | None = Field(
        None, ge=0, le=63,
        description="the encoder's crf: lower is better and larger, 0 is lossless; by default the codec's own, which "
        "looks like the source (18 for h264); prores and ffv1 have none",
    )  # fmt: skip
    preset: Preset = Field("medium", description="effort of the encoder: slower gives smaller files")
    pixels: Literal["auto", "source", "yuv420p", "yuv422p", "yuv444p", "rgb"] = Field(
        "auto",
        description="chroma of a video: auto is yuv420p, which plays everywhere, where the codec has it; source keeps "
        "the source's where the codec can; yuv444p keeps full colour and odd sizes; rgb is for ffv1",
    )
    depth: Literal["source", 8, 10, 12, 16] = Field(
        "source",
        description="bits of a sample, in a video or in PNG and TIFF; source: those of the source, or the next",
    )
    hardware: bool = Field(False, description="use the graphics card's encoder (NVIDIA, Intel, AMD, Apple)")
    pictures: Literal["png", "tiff", "jpeg", "exr"] = Field(
        "png", description="files in a folder of pictures; exr is half float in linear light"
    )

"""Settings of a written video."""

from typing import Literal

from pydantic import Field

from omote.core.config import Config

Preset = Literal[
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo"
]


class EncodeConfig(Config):
    """How a video is written: always H.264, the codec every player and editor knows."""

    crf: int = Field(18, ge=0, le=51, description="quality: lower is better and larger; 18 looks like the source")
    preset: Preset = Field("medium", description="effort of the encoder: slower gives smaller files")
    pixels: Literal["yuv420p", "yuv444p"] = Field(
        "yuv420p", description="chroma: yuv420p plays everywhere; yuv444p keeps full colour and odd sizes, for editors"
    )

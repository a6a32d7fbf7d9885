"""Settings of looking for faces."""

from pydantic import Field

from omote.core.config import Config


class LookConfig(Config):
    """How faces are found and aligned."""

    detector: str = Field("centerface", description="plugin that finds faces")
    threshold: float = Field(0.5, ge=0.05, le=1, description="least certainty of a detection")
    min_size: int = Field(20, ge=1, description="least height of a face in pixels; smaller ones are dropped")
    rotate: bool = Field(False, description="also look at the picture turned by 90°, 180° and 270°: 4 times the work")
    landmarker: str = Field("dlib-68", description="plugin that places the 68 points")

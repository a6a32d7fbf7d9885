"""Settings of swapping and compositing."""

from typing import Literal

from pydantic import Field

from omote.core.config import Config


class CompositeConfig(Config):
    """How a made face is set into its frame. Percentages are of the crop's side in the frame."""

    colour: Literal["lab", "none"] = Field("lab", description="lab: mean and spread of the plate's colours in LAB")
    mask: Literal["extended", "components", "learned"] = Field("extended", description="which pixels are replaced")
    erode: float = Field(0, ge=-10, le=20, description="draw the mask's edge in by so much")
    feather: float = Field(4, ge=0, le=30, description="soften the mask's edge over so much, inwards")

"""Settings of what a network sees of each face, and of how faces are kept, drawn and varied."""

from typing import Literal

from pydantic import Field

from omote.core.config import Config


class CropConfig(Config):
    """Which part of the head is learnt and swapped. Conversion uses what training used."""

    centering: Literal["legacy", "face", "head"] = Field("face", description="what lies in the middle of the crop")
    coverage: float = Field(0.85, ge=0.625, le=1, description="share of the crop's side that the network sees")
    vertical_offset: float = Field(
        -11, ge=-25, le=25, description="move the face in the crop, in percent of its side: up where negative"
    )
    mask: Literal["components", "extended"] = Field("extended", description="which part of the crop is the face")


class DataConfig(Config):
    """How faces are kept and which come next."""

    keep: Literal["auto", "device", "memory"] = Field(
        "auto", description="where decoded faces lie: on the device, in memory, or auto: on the device while they fit"
    )
    cache: bool = Field(True, description="keep decoded faces on disk, so that the next run starts at once")
    balance: bool = Field(False, description="draw rare poses (yaw and pitch) as often as common ones")
    held_out: float = Field(5, ge=0, le=20, description="percent of faces that are never trained on but measured")


class AugmentConfig(Config):
    """How faces are varied while training; all of it runs on the device, a batch at a time."""

    rotation: float = Field(10, ge=0, le=45, description="turn by up to this many degrees either way")
    zoom: float = Field(5, ge=0, le=25, description="scale by up to this many percent either way")
    shift: float = Field(5, ge=0, le=25, description="move by up to this many percent of the size either way")
    flip: float = Field(50, ge=0, le=100, description="percent of faces that are mirrored")
    warp: float = Field(
        5 / 256 * 100, ge=0, le=10, description="spread, in percent of the size, by which a 5 by 5 grid is bent"
    )
    warp_to_landmarks: bool = Field(False, description="bend faces towards like ones of the other person instead")
    lightness: float = Field(30, ge=0, le=75, description="lighten or darken by up to this many percent")
    colour: float = Field(8, ge=0, le=50, description="shift LAB's a and b by up to this many percent")
    clahe: float = Field(50, ge=0, le=100, description="percent of faces whose local contrast is raised (CLAHE)")
    clahe_grid: int = Field(4, ge=1, le=8, description="largest step by which CLAHE's tiles grow")
    blur: float = Field(0, ge=0, le=100, description="percent of faces that are read blurred")
    jpeg: float = Field(0, ge=0, le=100, description="percent of faces that are read with JPEG's blocks")
    downscale: float = Field(0, ge=0, le=100, description="percent of faces that are read at a lower resolution")
    occlude: float = Field(0, ge=0, le=100, description="percent of faces that are read with something before them")

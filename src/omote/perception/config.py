"""Settings of looking for faces."""

from typing import Literal, Self

from pydantic import Field

from omote.core.config import Config


class PlausibleConfig(Config):
    """What a face can look like; one that does not is dropped. Each bound is off at its loosest value."""

    min_scale: float = Field(
        0.01,
        ge=0,
        le=1,
        description="least side of the aligned face as a share of the picture's shorter side; 0 is off",
    )
    max_scale: float = Field(4.0, gt=0, le=10, description="largest side of it, in the same measure")
    distance: float = Field(
        20.0, gt=0, le=100, description="largest mean distance of points from the mean face, percent of the face's side"
    )
    roll: float = Field(180.0, ge=0, le=180, description="largest lean to either side in degrees; 180 is off")
    features: bool = Field(True, description="eyes must lie above the mouth, and right ones to the left of left ones")


class LookConfig(Config):
    """How faces are found and aligned."""

    detector: str = Field("centerface", description="plugin that finds faces")
    threshold: float = Field(0.5, ge=0.05, le=1, description="least certainty of a detection")
    min_size: int = Field(20, ge=1, description="least height of a face in pixels; smaller ones are dropped")
    rotate: bool = Field(False, description="also look at the picture turned by 90°, 180° and 270°: 4 times the work")
    tiles: Literal["auto", "always", "never"] = Field(
        "auto",
        description="look at overlapping parts of the picture, too; auto: where it is large, "
        "and in pictures where faces are small",
    )
    care: Literal["auto", "quick", "thorough"] = Field(
        "auto",
        description="thorough also looks within margins, for faces at the border, and turned where there is no face: "
        "twice the work; auto: thorough for pictures, quick for video",
    )
    landmarker: str = Field("dlib-68", description="plugin that places the 68 points")
    refeed: int = Field(
        1, ge=0, le=10,
        description="further passes of the landmarker, mirrored and nudged in turn, whose middle is taken",
    )  # fmt: skip
    realign: bool = Field(True, description="place the points once more, beginning from those of a first pass")
    plausible: PlausibleConfig = PlausibleConfig()

    def for_kind(self, kind: str) -> Self:
        """Return the settings with a care of "auto" decided for a kind of source: "pictures" or "video"."""
        care = "thorough" if kind == "pictures" else "quick"
        return self.model_copy(update={"care": care}) if self.care == "auto" else self


class FollowConfig(Config):
    """How faces are followed through video."""

    step: int = Field(
        12, ge=1, le=60,
        description="search a frame of so many and follow the faces between; where that fails, more are searched",
    )  # fmt: skip
    steady: int = Field(3, ge=0, le=30, description="frames on each side that steady the points of one; 0 is off")
    patience: int = Field(48, ge=0, le=250, description="frames for which a face may be hidden and still be the same")

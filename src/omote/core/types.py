"""The data that travels between the stages. Each checks its shapes at birth and cannot be changed after.

Coordinates are x, y in pixels of the upright, square-pixel picture, with the origin at the top-left corner of the
top-left pixel: the centre of that pixel is (0.5, 0.5). Pictures are RGB, uint8, (height, width, 3), where nothing else
is said.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
_Pixel = TypeVar("_Pixel", bound=np.generic)


def _shaped(name: str, array: npt.NDArray[np.generic], shape: tuple[int | None, ...], dtype: type[np.generic]) -> None:
    right = len(array.shape) == len(shape) and all(w in (None, g) for w, g in zip(shape, array.shape, strict=True))
    if not right or array.dtype != dtype:
        raise ValueError(f"{name} must be {dtype.__name__} {shape}, not {array.dtype} {array.shape}")


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of whole pixels: left and top belong to it, right and bottom do not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across; 0 for an empty region."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Pixels down; 0 for an empty region."""
        return max(0, self.bottom - self.top)

    def of(self, picture: npt.NDArray[_Pixel]) -> npt.NDArray[_Pixel]:
        """Return the view of a picture inside the region."""
        return picture[self.top : self.bottom, self.left : self.right]

    def within(self, width: int, height: int) -> "Region":
        """Return the part that lies in a picture of this size."""
        return Region(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))

    def seen_from(self, other: "Region") -> "Region":
        """Return the same rectangle, counted from the left top of another."""
        left, top = other.left, other.top
        return Region(self.left - left, self.top - top, self.right - left, self.bottom - top)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source, as it is shown: turned upright, pixels square.

    Attributes:
        index: place in order of presentation, from 0.
        pts: time of presentation in units of the source's time base (for pictures the index).
        name: what the frame is called: the picture's file name, or `<video stem>_<index + 1, six digits>`.
        rgb: (H, W, 3) uint8, or uint16 of full range (65535 is white) where it was read deep.
        alpha: (H, W) of the same type, how much each pixel covers; None: all of it does.
        origin: the frame as it was coded (an `av.VideoFrame`, which only `media` knows); None where there is none.
        changed: regions outside of which `rgb` is just what `origin` shows; None: anything may have changed.
    """

    index: int
    pts: int
    name: str
    rgb: npt.NDArray[Any]
    alpha: npt.NDArray[Any] | None = None
    origin: object = None
    changed: tuple[Region, ...] | None = None

    def __post_init__(self) -> None:
        _shaped("rgb", self.rgb, (None, None, 3), np.uint16 if self.rgb.dtype == np.uint16 else np.uint8)
        if self.alpha is not None:
            _shaped("alpha", self.alpha, self.rgb.shape[:2], self.rgb.dtype.type)


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """A face found in a frame.

    Attributes:
        box: (4,) float32: left, top, right, bottom.
        score: certainty of the detector, 0 to 1.
        points: (5, 2) float32: right eye, left eye, nose tip, right and left corner of the mouth. Right and left are
            the person's, so the right eye is on the left side of the picture.
    """

    box: Floats
    score: float
    points: Floats

    def __post_init__(self) -> None:
        _shaped("box", self.box, (4,), np.float32)
        _shaped("points", self.points, (5, 2), np.float32)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a head looks, in degrees.

    Attributes:
        yaw: positive when the face turns to the right side of the picture.
        pitch: positive when the face looks up.
        roll: positive when the head leans clockwise in the picture.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face with its 68 points, as perception leaves it.

    Attributes:
        detection: where the detector saw it.
        landmarks: (68, 2) float32 in the order of the iBUG 68-point scheme.
        pose: where the head looks.
        sharpness: variance of the Laplacian of the 256 px aligned grey face; higher is sharper.
        confidence: how far the points can be trusted, 0 to 1.
    """

    detection: Detection
    landmarks: Floats
    pose: Pose
    sharpness: float
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _shaped("landmarks", self.landmarks, (68, 2), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FaceMask:
    """Which pixels belong to a face, drawn in a standard crop of it.

    Attributes:
        matrix: (2, 3) float64, the map from the frame to the pixels of the mask.
        centering: which standard crop that is: "legacy", "face" or "head".
        pixels: (S, S) uint8, 0 outside the face to 255 inside.
    """

    matrix: npt.NDArray[np.float64]
    centering: str
    pixels: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        _shaped("matrix", self.matrix, (2, 3), np.float64)
        _shaped("pixels", self.pixels, (self.pixels.shape[0] if self.pixels.ndim else None,) * 2, np.uint8)
        if self.centering not in ("legacy", "face", "head"):
            raise ValueError(f"centering must be legacy, face or head, not {self.centering}")

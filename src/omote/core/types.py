"""The data that travels between the stages. Each checks its shapes at birth and cannot be changed after.

Coordinates are x, y in pixels of the upright, square-pixel picture, with the origin at the top-left corner of the
top-left pixel: the centre of that pixel is (0.5, 0.5). Pictures are RGB, uint8, (height, width, 3).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def _shaped(name: str, array: npt.NDArray[np.generic], shape: tuple[int | None, ...], dtype: type[np.generic]) -> None:
    right = len(array.shape) == len(shape) and all(w in (None, g) for w, g in zip(shape, array.shape, strict=True))
    if not right or array.dtype != dtype:
        raise ValueError(f"{name} must be {dtype.__name__} {shape}, not {array.dtype} {array.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source, as it is shown: turned upright, pixels square.

    Attributes:
        index: place in order of presentation, from 0.
        pts: time of presentation in units of the source's time base (for pictures the index).
        name: what the frame is called: the picture's file name, or `<video stem>_<index + 1, six digits>`.
        rgb: (H, W, 3) uint8.
    """

    index: int
    pts: int
    name: str
    rgb: Picture

    def __post_init__(self) -> None:
        _shaped("rgb", self.rgb, (None, None, 3), np.uint8)


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

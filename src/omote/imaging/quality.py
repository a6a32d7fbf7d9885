"""How good a face picture is, by measures of our own."""

import cv2
import numpy as np

from omote.core.types import Floats, Picture
from omote.imaging.crops import alignment, crop_matrix
from omote.imaging.geometry import resize, scale_of, transform, warp
from omote.imaging.masks import face_mask
from omote.imaging.pose import fit_head, pose_of

_SIZE = 256
_HALF_SIZE, _HALF_SHARPNESS = 64.0, 60.0
_SPREAD = 100.0
_BLACK, _WHITE = 8, 247
_GLANCE = 64  # pixels at which light is measured: shading is coarse


def sharpness(face: Picture) -> float:
    """Return the variance of the Laplacian of the grey face at 256 px; higher is sharper, under about 20 is blurred.

    The face is a square crop: its fixed size makes figures of near and far faces comparable.
    """
    grey = cv2.cvtColor(resize(face, _SIZE, _SIZE), cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())


def quality(picture: Picture, landmarks: Floats) -> float:
    """Return how good a view of a face is, 0 to 1: the geometric mean of four parts, so that one bad part spoils it.

    * size: s / (s + 64), with s the side of the mean face (brows to below the mouth) in pixels of the picture;
    * sharpness: v / (v + 60), with v as `sharpness` measures it, brought to the contrast of a well-lit face;
    * light: how far the brightness of the face is spread (5th to 95th percentile, full from 100 of 255 on), times the
      share of its pixels that are neither black nor blown. A spread, not a mean: well-lit dark skin is no dark picture;
    * pose: the cosine of the angle between where the head looks and the camera, 0 from the profile on.

    Args:
        picture: (H, W, 3) uint8 RGB.
        landmarks: (68, 2).
    """
    matrix = alignment(landmarks)
    side = 1 / scale_of(matrix)
    pose = pose_of(fit_head(landmarks, matrix), matrix)
    seen = crop_matrix(landmarks, _SIZE, "legacy")
    face = warp(picture, seen, _SIZE, _SIZE)
    spread, usable = _light(resize(face, _GLANCE, _GLANCE), transform(landmarks, seen) * np.float32(_GLANCE / _SIZE))
    detail = sharpness(face) * (_SPREAD / max(spread, 1.0)) ** 2
    parts = (
        side / (side + _HALF_SIZE),
        detail / (detail + _HALF_SHARPNESS),
        min(1.0, spread / _SPREAD) * usable,
        max(0.0, float(np.cos(np.radians([pose.yaw, pose.pitch])).prod())),
    )
    return float(np.prod(parts) ** (1 / len(parts)))


def _light(face: Picture, landmarks: Floats) -> tuple[float, float]:
    """Return the spread of a face's brightness and the share of its pixels that are neither black nor blown."""
    inside = face_mask(landmarks, len(face), len(face), "components") > 0.5
    if not inside.any():
        return 0.0, 0.0
    low, high = np.percentile(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)[inside], (5, 95))
    brightest = face.max(2)[inside]
    return float(high - low), float(np.mean((brightest > _BLACK) & (brightest < _WHITE)))

"""What the pixels of face pictures say: their light, and small prints by which pictures are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omote.core.types import Floats, Picture
from omote.curation.faces import FacePicture, Watch, each_seen, unwatched
from omote.imaging.crops import crop_matrix
from omote.imaging.geometry import resize, transform, warp
from omote.imaging.masks import face_mask

PRINT = 48
"""Side of a print in pixels."""

_GLANCE = 64  # pixels at which light is measured: shading is coarse
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_LEAST_HALF = 0.12  # share of the face that one half must show before its light is compared with the other's


@dataclass(frozen=True, slots=True)
class Light:
    """How a face is lit.

    Attributes:
        brightness: mean luma of the face, 0 to 255.
        side: light of the face's half on the right of the picture against that of the other, -1 to 1: positive when
            the light comes from the right, 0 where one half is hardly seen.
        warmth: how much more red than blue the face has, as a share of its brightness.
    """

    brightness: float
    side: float
    warmth: float


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """What the pixels of one face picture say.

    Attributes:
        light: of the face.
        face: (48, 48) uint8, the aligned face in grey.
        head: (48, 48) uint8, all of the picture in grey.
    """

    light: Light
    face: Picture
    head: Picture


def glimpses(faces: Sequence[FacePicture], watch: Watch = unwatched) -> list[Glimpse]:
    """Look at face pictures, several at a time.

    Args:
        faces: any number; none of them stays in the memory.
        watch: told of every few that were read.

    Raises:
        MediaError: a picture cannot be read.
    """
    return each_seen(faces, _glimpse, watch)


def _glimpse(face: FacePicture) -> Glimpse:
    rgb, record = face.pixels(), face.record
    # A picture that was scaled by its owner still has its record.
    points = transform(record.face.landmarks, record.matrix_at(rgb.shape[1]))
    return look(rgb, points)


def look(rgb: Picture, landmarks: Floats) -> Glimpse:
    """Look at one picture.

    Args:
        rgb: (H, W, 3) uint8, a face picture.
        landmarks: (68, 2) in its pixels.
    """
    seen = crop_matrix(landmarks, _GLANCE, "legacy")
    near = warp(rgb, seen, _GLANCE, _GLANCE)
    grey, whole = (_grey(resize(picture, PRINT, PRINT)) for picture in (near, rgb))
    return Glimpse(light_of(near, transform(landmarks, seen)), grey, whole)


def light_of(face: Picture, landmarks: Floats) -> Light:
    """Measure the light of a face.

    Args:
        face: (S, S, 3) uint8, an aligned face.
        landmarks: (68, 2) in its pixels.
    """
    mask = face_mask(landmarks, face.shape[1], face.shape[0], "components")
    whole = float(mask.sum())
    if whole == 0:
        return Light(0.0, 0.0, 0.0)
    luma = face @ _LUMA
    right = mask * (_beside_nose(landmarks, len(face)) > 0)
    left = mask - right
    red, blue = (float((face[..., channel] * mask).sum()) for channel in (0, 2))
    brightness = float((luma * mask).sum())
    side = 0.0
    if min(right.sum(), left.sum()) >= _LEAST_HALF * whole:
        a, b = (float((luma * half).sum() / half.sum()) for half in (right, left))
        side = (a - b) / max(a + b, 1.0)
    return Light(brightness / whole, side, (red - blue) / max(brightness, 1.0))


def _beside_nose(landmarks: Floats, size: int) -> Floats:
    """Return (S, S) how far each pixel lies to the right of the line from the brows over the nose to the chin."""
    line = landmarks[[27, 33, 51, 57, 8]]
    rows = np.arange(size, dtype=np.float32) + 0.5
    order = np.argsort(line[:, 1])
    columns = np.interp(rows, line[order, 1], line[order, 0])
    return np.asarray(rows[None, :] - columns[:, None], np.float32)


def _grey(rgb: Picture) -> Picture:
    return np.asarray(np.round(rgb @ _LUMA), np.uint8)

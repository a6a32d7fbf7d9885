"""Masks drawn from the 68 points alone: nothing to download, and nothing that hides the face is left out."""

from collections.abc import Sequence

import numpy as np

from omote.core.types import FaceMask, Floats, Picture
from omote.imaging.crops import Centering, crop_matrix
from omote.imaging.geometry import transform
from omote.imaging.masks import MaskName, face_mask

_SIDE = 128
_CENTERING: Centering = "face"


class Components:
    """The face up to the brows."""

    def masks(self, picture: Picture, landmarks: Sequence[Floats]) -> list[FaceMask]:
        """Return one mask for each face; the picture does not matter."""
        return [_hull(points, "components") for points in landmarks]


class Extended:
    """The face and some forehead."""

    def masks(self, picture: Picture, landmarks: Sequence[Floats]) -> list[FaceMask]:
        """Return one mask for each face; the picture does not matter."""
        return [_hull(points, "extended") for points in landmarks]


def _hull(points: Floats, name: MaskName) -> FaceMask:
    matrix = crop_matrix(points, _SIDE, _CENTERING)
    drawn = face_mask(transform(points, matrix), _SIDE, _SIDE, name)
    return FaceMask(matrix, _CENTERING, np.round(np.clip(drawn, 0, 1) * 255).astype(np.uint8))

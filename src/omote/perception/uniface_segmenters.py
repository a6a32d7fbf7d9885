"""BiSeNet (Yu et al. 2018) and XSeg (DeepFaceLab), run by uniface: masks that leave out what hides the face."""

from collections.abc import Sequence

import numpy as np
from uniface import parsing

from omote.core.types import FaceMask, Floats, Picture
from omote.imaging.crops import Centering, crop_matrix
from omote.imaging.geometry import resize, warp
from omote.perception.uniface_chips import bgr
from omote.perception.weights import ready

_SIDE = 256
_PARSED = 512
# Of the 19 classes: skin, brows, eyes, glasses, nose, inside of the mouth, lips. Glasses belong to it since the eyes
# are behind them. Ears, ear rings, neck, necklace, cloth, hair and hat do not.
_FACE = (1, 2, 3, 4, 5, 6, 10, 11, 12, 13)


class BiSeNet:
    """Face parsing trained on CelebAMask-HQ, shown the whole head as there."""

    def __init__(self) -> None:
        self._network = parsing.BiSeNet(model_name=ready("bisenet"))

    def masks(self, picture: Picture, landmarks: Sequence[Floats]) -> list[FaceMask]:
        """Return one mask for each face, 256 px, in the crop of the head."""
        return [self._one(picture, points) for points in landmarks]

    def _one(self, picture: Picture, landmarks: Floats) -> FaceMask:
        centering: Centering = "head"
        head = warp(picture, crop_matrix(landmarks, _PARSED, centering), _PARSED, _PARSED)
        inside = np.isin(self._network.parse(bgr(head)), _FACE)
        # Averaged over 2 × 2 labels, so that the edge is soft.
        pixels = resize((inside * 255).astype(np.uint8), _SIDE, _SIDE)
        return FaceMask(crop_matrix(landmarks, _SIDE, centering), centering, pixels)


class XSeg:
    """DeepFaceLab's segmenter, shown the crop of the face, which is nearly the "whole face" that it was trained on."""

    def __init__(self) -> None:
        self._network = parsing.XSeg(model_name=ready("xseg"))

    def masks(self, picture: Picture, landmarks: Sequence[Floats]) -> list[FaceMask]:
        """Return one mask for each face, 256 px, in the crop of the face."""
        return [self._one(picture, points) for points in landmarks]

    def _one(self, picture: Picture, landmarks: Floats) -> FaceMask:
        centering: Centering = "face"
        matrix = crop_matrix(landmarks, _SIDE, centering)
        share = self._network.parse_aligned(bgr(warp(picture, matrix, _SIDE, _SIDE)))
        return FaceMask(matrix, centering, np.round(share * 255).astype(np.uint8))

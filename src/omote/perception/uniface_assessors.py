"""eDifFIQA (Babnik et al. 2024), run by uniface: how well a face can be recognised."""

from collections.abc import Sequence

import numpy as np
from uniface.quality import EDifFIQA

from omote.core.types import Floats, Picture
from omote.perception.uniface_chips import chip
from omote.perception.weights import ready


class Ediffiqa:
    """eDifFIQA-T on a MobileFaceNet."""

    def __init__(self) -> None:
        self._network = EDifFIQA(model_name=ready("ediffiqa"))

    def qualities(self, picture: Picture, landmarks: Sequence[Floats]) -> list[float]:
        """Return 0 to 1 for each face."""
        # The network is trained towards 0 to 1, but nothing in it keeps to that.
        return [float(np.clip(self._network.score_aligned(chip(picture, points)).score, 0, 1)) for points in landmarks]

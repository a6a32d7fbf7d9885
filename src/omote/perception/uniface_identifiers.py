"""ArcFace (Deng et al. 2019) and AdaFace (Kim et al. 2022), run by uniface: vectors of length 1."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from uniface import recognition

from omote.core.types import Floats, Picture
from omote.perception.uniface_chips import chip
from omote.perception.weights import ready

_ONE_PERSON = 1.1  # a cosine of 0.4, the laxest that uniface's guide to thresholds names


class ArcFace:
    """ArcFace on a ResNet-50."""

    one_person = _ONE_PERSON

    def __init__(self) -> None:
        self._network = recognition.ArcFace(model_name=ready("arcface"))

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        """Return one (512,) vector for each face."""
        return [_vector(self._network, picture, points) for points in landmarks]


class AdaFace:
    """AdaFace on an IR-101, made for pictures of all qualities."""

    one_person = _ONE_PERSON

    def __init__(self) -> None:
        self._network = recognition.AdaFace(model_name=ready("adaface"))

    def vectors(self, picture: Picture, landmarks: Sequence[Floats]) -> list[Floats]:
        """Return one (512,) vector for each face."""
        return [_vector(self._network, picture, points) for points in landmarks]


def _vector(network: Any, picture: Picture, landmarks: Floats) -> Floats:  # noqa: ANN401 - uniface has no types
    vector = np.asarray(network.get_embedding(chip(picture, landmarks)), np.float32).reshape(-1)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)

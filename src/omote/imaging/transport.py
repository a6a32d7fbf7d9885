"""Bringing one picture's colours to another's by a linear map: see `colour` for what all matches share."""

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats
from omote.imaging.colour import means_of

_LEAST_VARIANCE = 1e-6
_MOST_STRETCH = 3.0
_Matrix = npt.NDArray[np.float64]


def find_transport(face: Floats, plate: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the linear Monge-Kantorovich map: it gives a face the plate's mean and covariance and moves colours least.

    T = A^(-1/2) (A^(1/2) B A^(1/2))^(1/2) A^(-1/2), A the face's covariance in RGB and B the plate's (Pitié and Kokaram
    2007). A tiny variance is added to A. No colour is spread to more than 3 times or less than a third.

    Returns:
        (2, 3): the means of face and plate; (3, 3): T, symmetric.
    """
    means = means_of(face, plate, weight)
    if not weight.any():
        return means, np.eye(3, dtype=np.float32)
    covariance, goal = _covariance(face - means[0], weight), _covariance(plate - means[1], weight)
    whole = _power(covariance + _LEAST_VARIANCE * np.eye(3), 0.5)
    back = np.linalg.inv(whole)
    stretches, directions = np.linalg.eigh(back @ _power(whole @ goal @ whole, 0.5) @ back)
    stretches = np.clip(stretches, 1 / _MOST_STRETCH, _MOST_STRETCH)
    return means, ((directions * stretches) @ directions.T).astype(np.float32)


def transport(face: Floats, means: Floats, turned: Floats) -> Floats:
    """Change a face by what `find_transport` found."""
    offset = means[1] - turned @ means[0]
    return np.asarray(np.clip(cv2.transform(face, np.hstack([turned, offset[:, None]])), 0, 1), np.float32)


def _covariance(off: Floats, weight: Floats) -> _Matrix:
    colours, share = off.reshape(-1, 3).astype(np.float64), weight.reshape(-1, 1) / float(weight.sum())
    return np.asarray((colours * share).T @ colours, np.float64)


def _power(symmetric: _Matrix, power: float) -> _Matrix:
    values, vectors = np.linalg.eigh(symmetric)
    return np.asarray((vectors * np.maximum(values, 0) ** power) @ vectors.T, np.float64)

"""Bringing one picture's colours to another's by a linear map: see `colour` for what all matches share."""

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats

_LEAST_VARIANCE = 1e-6
_MOST_STRETCH = 3.0
_Matrix = npt.NDArray[np.float64]


def find_transport(face: Floats, plate: Floats, weight: Floats) -> Floats:
    """Return the linear Monge-Kantorovich map: it gives a face the plate's mean and covariance and moves colours least.

    T = A^(-1/2) (A^(1/2) B A^(1/2))^(1/2) A^(-1/2), A the face's covariance in RGB and B the plate's (Pitié and Kokaram
    2007). A tiny variance is added to A. No colour is spread to more than 3 times or less than a third.

    Returns:
        (3, 4): T, then what is added.
    """
    total = float(weight.sum())
    if total == 0:
        return np.eye(3, 4, dtype=np.float32)
    share = (weight / total).reshape(-1).astype(np.float64)
    mean, covariance = _moments(face, share)
    goal_mean, goal = _moments(plate, share)
    whole = _power(covariance + _LEAST_VARIANCE * np.eye(3), 0.5)
    back = np.linalg.inv(whole)
    stretches, directions = np.linalg.eigh(back @ _power(whole @ goal @ whole, 0.5) @ back)
    stretches = np.clip(stretches, 1 / _MOST_STRETCH, _MOST_STRETCH)
    turned = (directions * stretches) @ directions.T
    return np.hstack([turned, (goal_mean - turned @ mean)[:, None]]).astype(np.float32)


def transport(face: Floats, found: Floats) -> Floats:
    """Change a face by the (3, 4) of `find_transport`."""
    return np.clip(cv2.transform(face, found), 0, 1)


def _moments(picture: Floats, share: _Matrix) -> tuple[_Matrix, _Matrix]:
    colours = picture.reshape(-1, 3).astype(np.float64)
    mean = share @ colours
    off = colours - mean
    return mean, (off * share[:, None]).T @ off


def _power(symmetric: _Matrix, power: float) -> _Matrix:
    values, vectors = np.linalg.eigh(symmetric)
    return np.asarray((vectors * np.maximum(values, 0) ** power) @ vectors.T, np.float64)

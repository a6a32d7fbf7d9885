"""How far a face's points are from where a face has them: misalignments stand out. Needs no pixels."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from omote.alignments.record import FaceRecord
from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import transform
from omote.imaging.landmarks import INNER, MEAN_FACE

_DOUBT = 0.5  # weight of the general mean face against the faces of the folder, in faces turned all the way
_ROUNDS, _TRUSTED = 3, 0.8  # the share of faces, those that fit best, from which the next round learns
_WIDEST = 80.0  # degrees; farther turned a pose is a guess

_Numbers = npt.NDArray[np.float64]


def distances(faces: Sequence[FaceRecord]) -> Floats:
    """Return how far each face's points are from those of the mean face in its pose.

    A turned face is far from a mean face that looks ahead, however well its points sit. So the mean face is one for
    every pose, learned from the faces themselves: a ridge regression of the 51 inner points on yaw and pitch, drawn
    towards the general mean face, learned again without those that fit worst. Among a dozen faces it is mostly the
    general one, among hundreds their own.

    Args:
        faces: all faces of a folder, of any number of people.

    Returns:
        (N,) mean distance of the inner points in percent of the side of the mean face; about 2 where all is well.
    """
    if not faces:
        return np.zeros(0, np.float32)
    seen = np.stack([transform(face.landmarks, alignment(face.landmarks))[INNER].ravel() for face in faces])
    apart = seen.astype(np.float64) - MEAN_FACE.ravel()
    views = _views(faces)
    trusted = np.ones(len(faces), np.bool_)
    for _ in range(_ROUNDS):
        learned = views[trusted]
        weights = learned.T @ learned + _DOUBT * np.eye(views.shape[1])
        expected = views @ np.linalg.solve(weights, learned.T @ apart[trusted])
        far = 100 * np.linalg.norm((apart - expected).reshape(len(faces), -1, 2), axis=2).mean(1)
        trusted = far <= np.quantile(far, _TRUSTED)
    return np.asarray(far, np.float32)


def _views(faces: Sequence[FaceRecord]) -> _Numbers:
    """Return (N, 7): what a pose does to where points are seen, up to the second and third power."""
    turns = np.array([(face.pose.yaw, face.pose.pitch) for face in faces])
    yaw, pitch = np.sin(np.radians(np.clip(turns, -_WIDEST, _WIDEST))).T
    return np.stack([np.ones_like(yaw), yaw, yaw**2, yaw**3, pitch, pitch**2, yaw * pitch], 1)

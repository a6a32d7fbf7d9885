"""Several looks of one landmarker at a face, and what they agree on."""

from dataclasses import replace

import numpy as np

from omote.core.types import Detection, Floats, Picture
from omote.imaging.crops import alignment
from omote.imaging.geometry import Matrix, compose, scale_of, shifted, transform
from omote.imaging.landmarks import five_points
from omote.perception.contracts import Landmarker
from omote.perception.mirror import mirrored_face, mirrored_landmarks, mirrored_picture
from omote.perception.surroundings import face_side

_NUDGE = np.array([0.03, 0.03, 0.04, np.radians(4)])  # most of shifts (in face sides), scale and turn of a further pass
# Multiples of the powers of a root of x^5 = x + 1, modulo 1, fill four dimensions evenly however many are taken.
_STRIDE = 1.1673039782614187 ** -np.arange(1.0, 5)
_APART, _ASTRAY = 0.03, 0.12  # of a face's side: where passes that differ, and five points that do, halve confidence
_ROUNDS = 8
_NEAREST = 0.005  # of a face's side: a shape that near to the middle counts no more than one at that distance


class Passes:
    """Asks one landmarker about a face as often as told.

    With `realign` a first pass only says where the others begin. Of those there are `refeed` + 1: the second is in a
    mirror, and from the third on where they begin is nudged as well.
    """

    def __init__(self, landmarker: Landmarker, refeed: int, realign: bool) -> None:
        self._landmarker, self._refeed, self._realign = landmarker, refeed, realign

    def landmarks(self, picture: Picture, face: Detection, near: Floats | None = None) -> tuple[Floats, float]:
        """Return (68, 2) points of a face of a picture and their confidence, 0 to 1.

        Args:
            picture: with the face.
            face: where it is.
            near: (68, 2) about where its points are, if that is known: then no first pass is needed.
        """
        first: list[Floats] = []
        if self._realign and near is None:
            first = self._landmarker.landmarks(picture, [face])
            near = first[0]
        begin = face if near is None else replace(face, points=five_points(near))
        passes = self._begun_from(picture, begin)
        points = middle(np.stack(passes))
        return points, confidence(points, np.stack(passes if self._refeed else first + passes), face)

    def _begun_from(self, picture: Picture, face: Detection) -> list[Floats]:
        height = picture.shape[0]
        nudges = [nudged(face, number) for number in range(1 + self._refeed)]
        plain, over = nudges[::2], [mirrored_face(each, height) for each in nudges[1::2]]
        passes = self._landmarker.landmarks(picture, plain)
        if over:
            seen = self._landmarker.landmarks(mirrored_picture(picture), over)
            passes = passes + [mirrored_landmarks(points, height) for points in seen]
        return passes


def nudged(face: Detection, number: int) -> Detection:
    """Return a detection as if the detector had erred a little, otherwise for each number; 0 and 1 are the truth."""
    if number < 2:
        return face
    x, y, larger, turn = _NUDGE * (2 * ((number - 1) * _STRIDE % 1) - 1)
    centre, side = face.points.mean(0).astype(np.float64), face_side(face.points)
    linear = np.exp(larger) * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    about = np.hstack([linear, (np.array([x, y]) * side)[:, None]])
    matrix: Matrix = compose(shifted(*centre), compose(about, shifted(*-centre)))
    box = transform(face.box.reshape(2, 2).mean(0, keepdims=True), matrix)[0]
    half = (face.box[2:] - face.box[:2]) / 2 * np.float32(np.exp(larger))
    return Detection(np.concatenate([box - half, box + half]), face.score, transform(face.points, matrix))


def middle(shapes: Floats) -> Floats:
    """Return the (68, 2) geometric median of (N, 68, 2) shapes: the one with the least sum of distances to all.

    Weiszfeld's iteration, with a shape's distance taken as the mean of its points'. A pass that went wrong as a whole
    counts for little, and two are simply averaged.
    """
    best = np.median(shapes, axis=0)
    if len(shapes) < 3:
        return best.astype(np.float32)
    nearest = _NEAREST / scale_of(alignment(best))
    for _ in range(_ROUNDS):
        weights = 1 / np.maximum(_apart(shapes, best), nearest)
        best = np.tensordot(weights / weights.sum(), shapes, 1)
    return best.astype(np.float32)


def confidence(points: Floats, shapes: Floats, face: Detection) -> float:
    """Return how far points can be trusted, 0 to 1: by how far passes differ, and how far they are from the detector's.

    Args:
        points: (68, 2) that the passes agreed on.
        shapes: (N, 68, 2) of the passes.
        face: its five points were found by other means, so that they tell when all passes went wrong alike.
    """
    scale = scale_of(alignment(points))
    apart = scale * float(_apart(shapes, points).mean()) * 2
    astray = scale * float(np.linalg.norm(five_points(points) - face.points, axis=1).mean())
    return 1 / (1 + (apart / _APART) ** 2) / (1 + (astray / _ASTRAY) ** 4)


def _apart(shapes: Floats, points: Floats) -> Floats:
    return np.asarray(np.linalg.norm(shapes - points, axis=2).mean(1), np.float32)

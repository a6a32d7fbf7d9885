"""Where a head looks, and where its centre lies, from the 68 points by perspective-n-point."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from omote.core.types import Floats, Pose
from omote.imaging.geometry import Matrix, angle_of, transform

_LANDMARKS = [6, 7, 8, 9, 10, 17, 21, 22, 26, 31, 32, 33, 34, 35, 36, 39, 42, 45, 48, 50, 51, 52, 54, 56, 57, 58]
# The matching points of the anthropometric head of P. Martins (Univ. of Coimbra): x to the person's right, y up,
# z out of the face, in centimetres.
_HEAD = np.array([
    [4.056931, -11.432347, 1.636229], [1.833492, -12.542305, 4.061275], [0.0, -12.901019, 4.070434],
    [-1.833492, -12.542305, 4.061275], [-4.056931, -11.432347, 1.636229], [6.825897, 1.275284, 4.402142],
    [1.330353, 1.636816, 6.903745], [-1.330353, 1.636816, 6.903745], [-6.825897, 1.275284, 4.402142],
    [1.930245, -5.060977, 5.914376], [0.746313, -5.136947, 6.263227], [0.0, -5.485328, 6.76343],
    [-0.746313, -5.136947, 6.263227], [-1.930245, -5.060977, 5.914376], [5.311432, 0.0, 3.987654],
    [1.78993, -0.091703, 4.413414], [-1.78993, -0.091703, 4.413414], [-5.311432, 0.0, 3.987654],
    [2.774015, -7.566103, 5.048531], [0.509714, -7.056507, 6.566167], [0.0, -7.131772, 6.704956],
    [-0.509714, -7.056507, 6.566167], [-2.774015, -7.566103, 5.048531], [-0.589441, -8.443925, 6.109526],
    [0.0, -8.601736, 6.097667], [0.589441, -8.443925, 6.109526],
])  # fmt: skip
# The camera that faceswap assumes for the unit square of the aligned face, so that its head centre is ours.
_CAMERA = np.array([[4.0, 0.0, 0.5], [0.0, 4.0, 0.5], [0.0, 0.0, 1.0]])
_NO_LENS = np.zeros(4)


@dataclass(frozen=True, slots=True, eq=False)
class HeadFit:
    """The head that explains a face's points.

    Attributes:
        rotation: (3,) Rodrigues vector.
        translation: (3,) in the head's centimetres.
    """

    rotation: npt.NDArray[np.float64]
    translation: npt.NDArray[np.float64]

    def project(self, point: tuple[float, float, float]) -> npt.NDArray[np.float64]:
        """Return where a point of the head (centimetres) falls in the unit square of the aligned face: (2,)."""
        seen, _ = cv2.projectPoints(np.array([point]), self.rotation, self.translation, _CAMERA, _NO_LENS)
        return np.asarray(seen, np.float64).reshape(2)


def fit_head(landmarks: Floats, alignment: Matrix) -> HeadFit:
    """Find the head behind (68, 2) landmarks, given their alignment to the unit square."""
    seen = transform(landmarks[_LANDMARKS], alignment).astype(np.float64)
    _, rotation, translation = cv2.solvePnP(_HEAD, seen, _CAMERA, _NO_LENS, flags=cv2.SOLVEPNP_ITERATIVE)
    return HeadFit(np.asarray(rotation, np.float64).reshape(3), np.asarray(translation, np.float64).reshape(3))


def pose_of(head: HeadFit, alignment: Matrix) -> Pose:
    """Return yaw, pitch and roll in degrees; yaw and pitch from the head, roll from the alignment in the picture."""
    right, up, out = cv2.Rodrigues(head.rotation)[0][:, 2]
    # The fitted head lies behind the camera (the model's x runs against the picture's), so directions turn about.
    towards = np.sign(head.translation[2])
    yaw = np.degrees(np.arctan2(towards * right, -towards * out))
    pitch = np.degrees(np.arctan2(-towards * up, np.hypot(right, out)))
    return Pose(float(yaw), float(pitch), -angle_of(alignment))

import cv2
import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.crops import alignment
from omote.imaging.geometry import transform
from omote.imaging.pose import _CAMERA, _HEAD, _LANDMARKS, fit_head, pose_of


def seen(landmarks: Floats, yaw: float, pitch: float) -> Floats:
    """Replace the fitted points by those of the model head turned by known angles, far from the camera."""
    y, p = np.radians([yaw, pitch])
    about_y = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    turned = about_y @ about_x
    points, _ = cv2.projectPoints(_HEAD, cv2.Rodrigues(turned)[0], np.array([0, 3.0, -60.0]), _CAMERA, np.zeros(4))
    out = landmarks.copy()
    out[_LANDMARKS] = points.reshape(-1, 2).astype(np.float32)
    return out


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (25, 0), (-25, 0), (0, 15), (0, -15), (20, 10)])
def test_known_turns_are_found(landmarks: Floats, yaw: float, pitch: float) -> None:
    unit = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    pose = pose_of(fit_head(seen(landmarks, yaw, pitch), unit), unit)
    assert pose.yaw == pytest.approx(yaw, abs=1)
    assert pose.pitch == pytest.approx(pitch, abs=1)


def test_the_nose_goes_right_at_positive_yaw_and_up_at_positive_pitch(landmarks: Floats) -> None:
    level = seen(landmarks, 0, 0)
    assert (seen(landmarks, 25, 0)[33] - level[33])[0] > 0
    assert (seen(landmarks, 0, 15)[33] - level[33])[1] < 0


def test_roll_is_the_turn_in_the_picture(landmarks: Floats) -> None:
    angle = np.radians(20)
    clockwise = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0]])
    leaning = transform(landmarks, clockwise)
    matrix = alignment(leaning)
    assert pose_of(fit_head(leaning, matrix), matrix).roll == pytest.approx(20, abs=0.1)
    assert leaning[27, 0] > transform(landmarks[[33]], clockwise)[0, 0]

"""From head space to the picture: turning by the pose, perspective, place. Knows no shapes."""

import numpy as np

from omote.cast.scene import Place
from omote.core.types import Floats, Pose

HEAD = 22.9
"""Height of an average head from crown to chin, cm."""
DISTANCE = 95.0
"""From the camera to the point between the ears, cm."""


def turn(pose: Pose) -> Floats:
    """(3, 3) rotation from head space to camera space: nod first, then turn, then lean."""
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    nod = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    shake = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    lean = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(lean @ shake @ nod, np.float32)


def project(points: Floats, place: Place, width: int, height: int) -> Floats:
    """See points of camera space in the picture.

    Args:
        points: (V, 3) cm around the point between the ears; x right, y up, z towards the viewer.
        place: where that point is and how large a head is.
        width: of the picture in pixels.
        height: the same.

    Returns:
        (V, 3) float32: x right and y down in pixels, and nearness.
    """
    scale = place.size * height / HEAD * DISTANCE / (DISTANCE - points[:, 2])
    x, y = place.x * width + points[:, 0] * scale, place.y * height - points[:, 1] * scale
    return np.stack([x, y, points[:, 2]], axis=1).astype(np.float32)

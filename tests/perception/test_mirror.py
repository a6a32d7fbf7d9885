import numpy as np

from omote.cast.render import Shot
from omote.core.types import Detection, Floats, Picture
from omote.imaging.landmarks import MEAN_FACE, eye_distance, five_points
from omote.perception.dlib68 import Dlib68
from omote.perception.mirror import mirrored_face, mirrored_landmarks, mirrored_picture


def seen(landmarks: Floats) -> Detection:
    box = np.concatenate([landmarks.min(0), landmarks.max(0)])
    return Detection(box, 0.9, five_points(landmarks))


def test_twice_in_the_mirror_is_as_before(picture: Picture, landmarks: Floats) -> None:
    height = picture.shape[0]
    face = seen(landmarks)
    back = mirrored_face(mirrored_face(face, height), height)
    assert np.array_equal(mirrored_picture(mirrored_picture(picture)), picture)
    assert np.allclose(mirrored_landmarks(mirrored_landmarks(landmarks, height), height), landmarks)
    assert np.allclose(back.box, face.box)
    assert np.allclose(back.points, face.points)


def test_a_point_shows_the_same_place_and_a_face_its_own_points(picture: Picture, landmarks: Floats) -> None:
    height = picture.shape[0]
    mirrored, points = mirrored_picture(picture), mirrored_landmarks(landmarks, height)
    nose, there = np.floor(landmarks[30]).astype(int), np.floor(points[30]).astype(int)
    assert np.array_equal(mirrored[there[1], there[0]], picture[nose[1], nose[0]])
    assert np.allclose(mirrored_face(seen(landmarks), height).points, five_points(points), atol=1e-3)
    assert np.allclose(mirrored_face(seen(landmarks), height).box, seen(points).box, atol=1e-3)


def test_a_symmetric_face_is_the_same_upside_down() -> None:
    # The mean face is symmetric about its nose line, so the mirror and half a turn bring each point onto itself.
    mean = np.concatenate([np.zeros((17, 2)), MEAN_FACE]).astype(np.float32)
    mean[:17, 0], mean[:17, 1] = np.linspace(0, 1, 17), np.abs(np.linspace(-1, 1, 17))
    turned = np.stack([1 - mean[:, 0], 1 - mean[:, 1]], 1)
    assert np.abs(mirrored_landmarks(mean, 1) - turned).max() < 2e-3


def test_a_landmarker_sees_a_drawn_face_in_the_mirror_where_it_is(shots: list[Shot]) -> None:
    plugin, shot = Dlib68(), shots[1]
    height = shot.rgb.shape[0]
    (plain,) = plugin.landmarks(shot.rgb, [seen(shot.landmarks)])
    (over,) = plugin.landmarks(mirrored_picture(shot.rgb), [mirrored_face(seen(shot.landmarks), height)])
    apart = np.linalg.norm(mirrored_landmarks(over, height) - plain, axis=1).mean()
    assert apart < 0.04 * eye_distance(shot.landmarks)

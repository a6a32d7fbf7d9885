import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection
from omote.imaging.geometry import similarity, transform, warp
from omote.imaging.landmarks import INNER, eye_distance, five_points
from omote.perception.dlib68 import Dlib68, upright_square


@pytest.fixture(scope="module")
def plugin() -> Dlib68:
    return Dlib68()


def seen(shot: Shot) -> Detection:
    return Detection(np.zeros(4, np.float32), 1.0, five_points(shot.landmarks))


def test_points_lie_where_the_drawn_ones_do(plugin: Dlib68, shots: list[Shot]) -> None:
    errors = []
    for shot in shots:
        (points,) = plugin.landmarks(shot.rgb, [seen(shot)])
        errors.append(np.linalg.norm((points - shot.landmarks)[INNER], axis=1).mean() / eye_distance(shot.landmarks))
    assert np.mean(errors) < 0.07


def test_a_turned_picture_gives_turned_points(plugin: Dlib68, shots: list[Shot]) -> None:
    shot = shots[0]
    straight = plugin.landmarks(shot.rgb, [seen(shot)])[0]
    turn = similarity([(240, 180), (240, 100)], [(240, 180), (240 + 80, 180)])  # a quarter, clockwise
    turned = warp(shot.rgb, turn, 480, 360)
    five = transform(five_points(shot.landmarks), turn)
    (points,) = plugin.landmarks(turned, [Detection(np.zeros(4, np.float32), 1.0, five)])
    error = np.linalg.norm(points - transform(straight, turn), axis=1).mean()
    assert error < 0.02 * eye_distance(shot.landmarks)


def test_a_profile_is_turned_upright_by_the_line_down_the_face() -> None:
    five = np.array([[100, 100], [102, 106], [120, 130], [104, 160], [106, 161]], np.float32)
    matrix, side = upright_square(five)
    eyes, mouth = (transform(five[part].mean(0, keepdims=True), matrix)[0] for part in (slice(0, 2), slice(3, 5)))
    assert eyes[0] == pytest.approx(mouth[0], abs=1)
    assert eyes[1] < side / 2 < mouth[1]


def test_points_that_coincide_give_a_square_all_the_same() -> None:
    matrix, _ = upright_square(np.full((5, 2), 50, np.float32) + np.array([[0], [0], [0], [1e-3], [0]], np.float32))
    assert np.isfinite(matrix).all()

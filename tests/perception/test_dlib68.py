import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Detection, Floats
from omote.imaging.geometry import angle_of, similarity, transform, warp
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


@pytest.mark.parametrize("angle", [35, 90, 180])
def test_a_turned_picture_gives_turned_points(plugin: Dlib68, shots: list[Shot], angle: float) -> None:
    shot = shots[0]
    straight = plugin.landmarks(shot.rgb, [seen(shot)])[0]
    way = np.radians(angle)
    turn = similarity([(240, 180), (240, 100)], [(240, 180), (240 + 80 * np.sin(way), 180 - 80 * np.cos(way))])
    turned = warp(shot.rgb, turn, 480, 360)
    five = transform(five_points(shot.landmarks), turn)
    (points,) = plugin.landmarks(turned, [Detection(np.zeros(4, np.float32), 1.0, five)])
    error = np.linalg.norm(points - transform(straight, turn), axis=1).mean()
    assert error < 0.025 * eye_distance(shot.landmarks)


def test_a_picture_four_times_as_large_gives_the_same_points(plugin: Dlib68, shots: list[Shot]) -> None:
    small = plugin.landmarks(shots[0].rgb, [seen(shots[0])])[0]
    large = np.repeat(np.repeat(shots[0].rgb, 4, 0), 4, 1)
    five = (five_points(shots[0].landmarks) * 4).astype(np.float32)
    (points,) = plugin.landmarks(large, [Detection(np.zeros(4, np.float32), 1.0, five)])
    assert np.linalg.norm(points / 4 - small, axis=1).mean() < 0.025 * eye_distance(shots[0].landmarks)


def test_a_face_is_laid_upright_around_the_middle_of_the_square(landmarks: Floats) -> None:
    five = five_points(landmarks)
    leaning = transform(five, similarity([(0, 0), (1, 0)], [(5, 9), (5, 10)]))
    upright, turned = upright_square(five), upright_square(leaning)
    assert angle_of(upright) == pytest.approx(0, abs=0.1)
    assert angle_of(turned) == pytest.approx(-90, abs=0.1)
    assert transform(leaning, turned) == pytest.approx(transform(five, upright), abs=1e-3)
    assert transform(five, upright).mean(0) == pytest.approx([192, 192], abs=10)


def test_five_points_in_one_place_are_no_face() -> None:
    with pytest.raises(ValueError, match="coincide"):
        upright_square(np.full((5, 2), 50, np.float32))

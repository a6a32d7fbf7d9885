import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Floats
from omote.imaging.geometry import similarity, transform
from omote.perception.config import PlausibleConfig
from omote.perception.plausible import plausible, shape_of


def test_the_mean_face_is_measured_right(landmarks: Floats) -> None:
    shape = shape_of(landmarks, 400, 200)  # a mean face of 100 px
    assert shape.scale == pytest.approx(0.5, abs=1e-3)
    assert shape.distance == pytest.approx(0, abs=1e-3)
    assert shape.roll == pytest.approx(0, abs=1e-3)
    assert shape.ordered
    leaning = transform(landmarks, similarity([(0, 0), (1, 0)], [(0, 0), (0, -2)]))
    shape = shape_of(leaning, 400, 400)
    assert shape.scale == pytest.approx(0.5)
    assert shape.roll == pytest.approx(90, abs=0.1)
    assert shape.ordered


def test_drawn_faces_keep_within_the_default_bounds(shots: list[Shot]) -> None:
    for shot in shots:
        shape = shape_of(shot.landmarks, 480, 360)
        assert shape.distance < 10
        assert plausible(shape, PlausibleConfig())


@pytest.mark.parametrize(
    ("bounds", "loose"),
    [
        ({"min_scale": 0.6}, {"min_scale": 0.4}),
        ({"max_scale": 0.4}, {"max_scale": 0.6}),
        ({"roll": 10.0}, {"roll": 40.0}),
    ],
)
def test_each_bound_drops_what_lies_beyond(
    landmarks: Floats, bounds: dict[str, float], loose: dict[str, float]
) -> None:
    leaning = transform(landmarks, similarity([(0, 0), (1, 0)], [(0, 0), (np.cos(0.5), np.sin(0.5))]))
    shape = shape_of(leaning, 200, 200)
    assert not plausible(shape, PlausibleConfig.checked(bounds))
    assert plausible(shape, PlausibleConfig.checked(loose))


def test_points_strewn_at_random_are_no_face() -> None:
    chance = np.random.default_rng(0)
    for _ in range(20):
        shape = shape_of(chance.uniform(0, 200, (68, 2)).astype(np.float32), 300, 300)
        assert not plausible(shape, PlausibleConfig())
        assert shape.distance > 20


def test_a_face_with_its_mouth_over_its_eyes_is_none(landmarks: Floats) -> None:
    freak = landmarks.copy()
    freak[48:, 1] -= 70
    bounds = PlausibleConfig(distance=100, features=False)
    assert not plausible(shape_of(freak, 300, 300), PlausibleConfig(distance=100))
    assert plausible(shape_of(freak, 300, 300), bounds)
    crossed = landmarks.copy()
    crossed[[48, 54]] = crossed[[54, 48]]
    assert not shape_of(crossed, 300, 300).ordered

import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Picture
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.centerface import CenterFace


@pytest.fixture(scope="module")
def plugin() -> CenterFace:
    return CenterFace(0.5)


def test_five_points_lie_where_the_drawn_ones_do(plugin: CenterFace, shots: list[Shot]) -> None:
    for shot, found in zip(shots, plugin.detect([shot.rgb for shot in shots]), strict=True):
        assert len(found) == 1
        error = np.linalg.norm(found[0].points - five_points(shot.landmarks), axis=1).mean()
        assert error < 0.12 * eye_distance(shot.landmarks)
        left, top, right, bottom = found[0].box
        inner = shot.landmarks[17:]
        assert left < inner[:, 0].mean() < right
        assert top < inner[:, 1].mean() < bottom


def test_the_place_does_not_depend_on_the_picture_s_size(plugin: CenterFace, shots: list[Shot]) -> None:
    rgb = shots[0].rgb
    large = np.repeat(np.repeat(rgb, 4, 0), 4, 1)
    odd = np.pad(rgb, ((0, 13), (0, 57), (0, 0)), mode="edge")
    (small,), (big,), (padded,) = plugin.detect([rgb, large, odd])
    size = eye_distance(shots[0].landmarks)
    assert np.abs(big.points / 4 - small.points).max() < 0.06 * size
    assert np.abs(padded.points - small.points).max() < 0.06 * size


def test_nothing_is_found_where_nothing_is(plugin: CenterFace, picture: Picture) -> None:
    assert plugin.detect([picture, np.zeros((32, 40, 3), np.uint8)]) == [[], []]

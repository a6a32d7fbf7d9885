import numpy as np
import pytest

from omote.cast.render import Shot
from omote.core.types import Picture
from omote.imaging.landmarks import eye_distance, five_points
from omote.perception.centerface import CenterFace, decoded


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


def test_a_face_cut_by_the_border_has_its_points_where_they_are(plugin: CenterFace, shots: list[Shot]) -> None:
    shot = shots[0]
    inner = shot.landmarks[17:, 0]
    left = round(float(inner.min() * 0.8 + inner.mean() * 0.2))
    (face,) = plugin.detect([np.ascontiguousarray(shot.rgb[:, left:])])[0]
    assert face.box[0] < 5
    error = np.linalg.norm(face.points - (five_points(shot.landmarks) - (left, 0)), axis=1).mean()
    assert error < 0.12 * eye_distance(shot.landmarks)


def test_maps_are_read_as_they_were_written() -> None:
    heat, sizes, offsets = (
        np.zeros((8, 9), np.float32),
        np.zeros((2, 8, 9), np.float32),
        np.zeros((2, 8, 9), np.float32),
    )
    places = np.zeros((10, 8, 9), np.float32)
    for row, column, score in ((2, 1, 0.9), (2, 2, 0.8), (6, 7, 0.6), (0, 8, 0.4)):
        heat[row, column] = score
        sizes[:, row, column] = np.log([6, 4])  # 24 px high, 16 px wide
        offsets[:, row, column] = 0.25, -0.5
        places[:, row, column] = [0.25, 0.5] * 5
    boxes, scores, points = decoded(heat, sizes, offsets, places, 0.5)
    # The second lies on the first, and the last is too uncertain. The first reaches beyond the border.
    np.testing.assert_allclose(scores, [0.9, 0.6])
    np.testing.assert_allclose(boxes, [[-4, -1, 12, 23], [20, 15, 36, 39]], atol=1e-4)
    np.testing.assert_allclose(points[:, 3], [[4, 5], [28, 21]], atol=1e-4)

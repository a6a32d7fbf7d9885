import cv2
import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.geometry import angle_of, compose, inverse, resize, scale_of, shifted, similarity, transform, warp


def turned(degrees: float, scale: float, x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    cos, sin = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return np.array([[cos, -sin, x], [sin, cos, y]])


def test_similarity_finds_the_map_that_was_used(landmarks: Floats) -> None:
    true = turned(-25, 2.5, 7, -3)
    np.testing.assert_allclose(similarity(landmarks, transform(landmarks, true)), true, atol=1e-4)
    assert scale_of(true) == pytest.approx(2.5)
    assert angle_of(true) == pytest.approx(-25)


def test_similarity_is_the_least_squares_one() -> None:
    rng = np.random.default_rng(3)
    source, target = rng.normal(size=(2, 20, 2))
    best = similarity(source, target)

    def error(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        return float(np.square(transform(source, matrix) - target).sum())

    for _ in range(50):
        step = rng.normal(size=4) * 0.01
        other = best + np.array([[step[0], -step[1], step[2]], [step[1], step[0], step[3]]])
        assert error(other) > error(best)


def test_similarity_refuses_one_point() -> None:
    with pytest.raises(ValueError, match="coincide"):
        similarity([(1, 1), (1, 1)], [(0, 0), (1, 1)])


def test_inverse_undoes(landmarks: Floats) -> None:
    matrix = turned(40, 0.7, 3, 5)
    np.testing.assert_allclose(transform(transform(landmarks, matrix), inverse(matrix)), landmarks, atol=1e-3)
    np.testing.assert_allclose(compose(inverse(matrix), matrix), shifted(0, 0), atol=1e-12)


def test_the_identity_and_whole_shifts_keep_pixels(picture: Picture) -> None:
    assert np.array_equal(warp(picture, shifted(0, 0), 240, 220), picture)
    assert np.array_equal(warp(picture, shifted(-7, -5), 100, 90), picture[5:95, 7:107])


def test_a_quarter_turn_about_the_corner_keeps_pixels(picture: Picture) -> None:
    # (x, y) -> (220 - y, x): exact only when pixel centres are at halves.
    matrix = np.array([[0.0, -1.0, 220.0], [1.0, 0.0, 0.0]])
    assert np.array_equal(warp(picture, matrix, 220, 240), np.rot90(picture, -1))


def test_doubling_puts_pixel_edges_where_they_belong() -> None:
    step = np.zeros((8, 8), np.float32)
    step[:, 4:] = 1
    double = warp(step, np.array([[2.0, 0, 0], [0, 2.0, 0]]), 16, 16)
    assert double[8, 7] + double[8, 8] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("scale", [1.1, 2.1, 4.0, 5.3])
def test_enlarging_a_small_float_picture_is_as_good_as_bicubic(picture: Picture, scale: float) -> None:
    """Both are measured by the bicubic way of a picture of which each pixel was first made four by Lanczos' way."""
    small = np.asarray(resize(picture, 60, 55) / 255, np.float32)
    matrix, size = turned(7, scale, 3, 2), (round(60 * scale), round(55 * scale))
    finer = np.asarray(cv2.resize(small, (240, 220), interpolation=cv2.INTER_LANCZOS4), np.float32)
    true = warp(finer, compose(matrix, np.diag([0.25, 0.25, 1.0])[:2]), *size)
    to_cv = compose(shifted(-0.5, -0.5), compose(matrix, shifted(0.5, 0.5)))
    bicubic = cv2.warpAffine(small, to_cv, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    edge = slice(round(8 * scale), -round(8 * scale))
    off, as_bicubic = (np.square(made - true)[edge, edge].mean() for made in (warp(small, matrix, *size), bicubic))
    assert off <= 1.05 * as_bicubic


def test_shrinking_averages_and_does_not_alias() -> None:
    stripes = np.tile(np.array([[0, 1]], np.float32), (64, 32))
    small = warp(stripes, np.array([[0.125, 0, 0], [0, 0.125, 0]]), 8, 8)
    np.testing.assert_allclose(small, 0.5, atol=1e-3)


def test_resize_agrees_with_warp(picture: Picture) -> None:
    by_warp = warp(picture, np.array([[0.5, 0, 0], [0, 0.5, 0]]), 120, 110)
    np.testing.assert_allclose(resize(picture, 120, 110).astype(int), by_warp.astype(int), atol=1)


def test_a_map_that_shrinks_beyond_measure_takes_no_more_memory(picture: Picture) -> None:
    small = warp(picture, np.array([[1e-5, 0, 0], [0, 1e-5, 0]]), 64, 64)
    assert small.shape == (64, 64, 3)

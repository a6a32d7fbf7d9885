import numpy as np
import pytest

from omote.core.types import Floats, Picture
from omote.imaging.crops import corners, crop_matrix
from omote.imaging.geometry import warp
from omote.imaging.overlay import colour_of, draw_box, draw_label, draw_outline, draw_points, tint

RED = (255, 0, 0)


@pytest.fixture
def black() -> Picture:
    return np.zeros((120, 160, 3), np.uint8)


def centre(picture: Picture) -> Floats:
    """Where what was drawn has its middle, in omote's coordinates."""
    weight = picture[..., 0].astype(np.float64)
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] + 0.5
    return np.array([(x * weight).sum(), (y * weight).sum()], np.float32) / np.float32(weight.sum())


@pytest.mark.parametrize("at", [(50.5, 40.5), (50.0, 41.0), (33.3, 60.8)])
def test_a_dot_lies_on_its_point(black: Picture, at: tuple[float, float]) -> None:
    draw_points(black, np.array([at], np.float32), RED)
    assert centre(black) == pytest.approx(at, abs=0.2)
    assert not black[..., 1:].any()


def test_a_box_s_edge_lies_on_its_sides(black: Picture) -> None:
    draw_box(black, np.array([30, 20, 90, 100], np.float32), RED)
    assert centre(black) == pytest.approx((60, 60), abs=0.2)
    seen = black[..., 0] > 64
    columns, rows = np.flatnonzero(seen.any(0)), np.flatnonzero(seen.any(1))
    assert (columns[0], columns[-1] + 1) == (pytest.approx(30, abs=1.5), pytest.approx(90, abs=1.5))
    assert (rows[0], rows[-1] + 1) == (pytest.approx(20, abs=1.5), pytest.approx(100, abs=1.5))
    assert not black[25:95, 35:85].any()


def test_what_lies_outside_is_cut_off(black: Picture) -> None:
    far = np.array([[-500, -500], [900, -500], [900, 900], [-500, 900]], np.float32)
    draw_outline(black, far, RED)
    draw_points(black, far, RED)
    assert not black.any()
    draw_label(black, "person-01", (-40, -40), RED)
    assert black[:20].any()


def test_a_name_can_be_read_on_its_own_colour() -> None:
    red = np.full((60, 160, 3), RED, np.uint8)
    draw_label(red, "t1", (20, 40), RED)
    assert (red == 0).all(2).any()


def test_names_have_their_colours() -> None:
    people = [colour_of(f"person-{number:02d}") for number in range(6)]
    assert len(set(people)) == 6
    assert people == [colour_of(f"person-{number:02d}") for number in range(6)]
    assert colour_of(None) not in people
    assert all(0 <= part <= 255 for colour in people for part in colour)


def test_a_tint_lies_where_its_mask_does(picture: Picture, landmarks: Floats) -> None:
    matrix = crop_matrix(landmarks, 64, "face")
    before = picture.copy()
    tint(picture, np.full((64, 64), 255, np.uint8), matrix, (0, 0, 255))
    expected = np.round(before * 0.65 + np.array([0, 0, 255]) * 0.35)
    inside = warp(np.ones((220, 240), np.float32), np.eye(3)[:2], 240, 220)
    left, top = corners(matrix, 64).min(0) + 2
    right, bottom = corners(matrix, 64).max(0) - 2
    y, x = np.mgrid[0:220, 0:240] + 0.5
    inner = (x > left) & (x < right) & (y > top) & (y < bottom) & (inside > 0)
    outer = (x < left - 4) | (x > right + 4) | (y < top - 4) | (y > bottom + 4)
    np.testing.assert_allclose(picture[inner], expected[inner], atol=1)
    np.testing.assert_array_equal(picture[outer], before[outer])


def test_a_mask_outside_changes_nothing(picture: Picture) -> None:
    before = picture.copy()
    tint(picture, np.full((8, 8), 255, np.uint8), np.array([[1.0, 0, 900], [0, 1, 900]]), RED)
    np.testing.assert_array_equal(picture, before)

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial import ConvexHull

from omote.core.types import Floats
from omote.imaging.landmarks import INNER, JAW, LEFT_EYE, MOUTH, RIGHT_EYE
from omote.imaging.masks import HULLS, MaskName, area_mask, eroded, eroded_sides, face_mask, feathered, thresholded


def at(mask: Floats, points: Floats) -> Floats:
    x, y = np.floor(points).astype(int).T
    values: Floats = mask[y, x]
    return values


@pytest.mark.parametrize("name", HULLS)
def test_a_mask_covers_the_features_and_ends_at_the_jaw(landmarks: Floats, name: MaskName) -> None:
    mask = face_mask(landmarks, 240, 220, name)
    for part in (RIGHT_EYE, LEFT_EYE, MOUTH):
        assert (at(mask, landmarks[part]) == 1).all()
    centre = landmarks[INNER].mean(0)
    assert (at(mask, centre + (landmarks[JAW] - centre) * 0.95)[3:-3] == 1).all()
    assert (at(mask, centre + (landmarks[JAW] - centre) * 1.05)[3:-3] == 0).all()
    assert mask[:20].max() == 0


def test_the_extended_mask_reaches_above_the_brows(landmarks: Floats) -> None:
    above = landmarks[[19, 24]] - (0, 5)
    assert (at(face_mask(landmarks, 240, 220, "components"), above) == 0).all()
    assert (at(face_mask(landmarks, 240, 220, "extended"), above) == 1).all()


def test_the_area_is_right_to_a_fraction_of_a_pixel(landmarks: Floats) -> None:
    small = face_mask(landmarks, 240, 220).sum()
    large = face_mask(landmarks * 4, 960, 880).sum() / 16
    assert small == pytest.approx(large, rel=0.005)


def disc(radius: float) -> Floats:
    y, x = np.mgrid[0:101, 0:101]
    inside: Floats = (np.hypot(x - 50, y - 50) <= radius).astype(np.float32)
    return inside


def test_erosion_draws_the_edge_in_and_out() -> None:
    assert eroded(disc(30), 6)[50].sum() == pytest.approx(49, abs=2)
    assert eroded(disc(30), -6)[50].sum() == pytest.approx(73, abs=2)
    assert np.array_equal(eroded(disc(30), 0.2), disc(30))


def test_a_mask_at_the_picture_s_edge_is_eroded_there_too() -> None:
    full = np.ones((50, 50), np.float32)
    assert eroded(full, 5)[0].max() == 0


def test_the_feather_lies_inside_and_falls_steadily() -> None:
    soft = feathered(disc(30), 10)
    line = soft[50, 50:]
    assert (soft[disc(30) == 0] == 0).all()
    assert line[:18].min() > 0.99
    assert (np.diff(line) <= 1e-6).all()
    assert 0.3 < line[25] < 0.7
    assert np.array_equal(feathered(disc(30), 0), disc(30))


def hull_distance(points: Floats, width: int, height: int) -> npt.NDArray[np.float64]:
    """Signed distance in pixels from each pixel's centre to a convex hull, negative inside, from its edges alone."""
    corners = ConvexHull(points.astype(np.float64)).vertices
    y, x = np.mgrid[0:height, 0:width] + 0.5
    at = np.stack([x, y], 2)
    nearest = np.full((height, width), np.inf)
    inside = np.ones((height, width), bool)
    for start, end in zip(points[corners], points[np.roll(corners, -1)], strict=True):
        along, to = end - start, at - start
        share = np.clip((to @ along) / (along @ along), 0, 1)[..., None]
        nearest = np.minimum(nearest, np.linalg.norm(to - share * along, axis=2))
        inside &= along[0] * to[..., 1] - along[1] * to[..., 0] >= 0
    return np.where(inside, -nearest, nearest)


def coverage(away: npt.NDArray[np.float64], grow: float) -> float:
    """Area of the pixels nearer than `grow`, those on the edge in part."""
    return float(np.clip(grow + 0.5 - away, 0, 1).sum())


@pytest.mark.parametrize("grow", [0.0, 1.0, 3.25])
def test_areas_are_the_hulls_of_their_points_grown_by_so_much(landmarks: Floats, grow: float) -> None:
    mask = area_mask(landmarks, 240, 220, [RIGHT_EYE, LEFT_EYE], grow=grow, soft=1)
    away = np.minimum(*(hull_distance(landmarks[eye], 240, 220) for eye in (RIGHT_EYE, LEFT_EYE)))
    assert (mask[away < grow - 0.8] == 1).all()
    assert (mask[away > grow + 0.8] == 0).all()
    assert coverage(away, grow - 0.17) < mask.sum() < coverage(away, grow + 0.17)


def test_a_softened_area_keeps_its_weight_and_falls_over_the_kernel_s_width(landmarks: Floats) -> None:
    hard, soft = (area_mask(landmarks, 240, 220, [MOUTH], grow=2, soft=side) for side in (1, 17))
    away = hull_distance(landmarks[MOUTH], 240, 220) - 2
    assert soft.sum() == pytest.approx(hard.sum(), rel=1e-4)
    edge = soft[np.abs(away) < 0.3]
    assert 0.3 < edge.mean() < 0.6
    assert soft[away > 13].max() == 0
    assert soft.max() <= 1


def test_the_box_feather_is_the_mean_over_a_square_inside_the_mask() -> None:
    mask, side = disc(30), 9  # 8 pixels: squares of 9
    inner, soft = eroded(mask, 4), feathered(mask, 8, "box")
    framed = np.pad(inner, side // 2)
    slow = [[framed[y : y + side, x : x + side].sum() / side**2 for x in range(101)] for y in range(101)]
    np.testing.assert_allclose(soft, np.minimum(slow, mask), atol=1e-5)


def test_the_box_feather_of_a_straight_edge_is_a_straight_ramp() -> None:
    half = np.zeros((60, 60), np.float32)
    half[:, 20:] = 1
    assert feathered(half, 8, "box")[30, 19:30] == pytest.approx([0, *(n / 9 for n in range(1, 10)), 1], abs=1e-5)


def test_the_gaussian_feather_is_what_an_explicit_sum_makes() -> None:
    mask, sigma = disc(30), 8 / 4
    framed, reach = np.pad(eroded(mask, 4), 10), np.arange(-10, 11)
    line = np.exp(-(reach**2) / (2 * sigma**2))
    kernel = np.outer(line, line) / np.outer(line, line).sum()
    slow = [[(framed[y : y + 21, x : x + 21] * kernel).sum() for x in range(101)] for y in range(101)]
    np.testing.assert_allclose(feathered(mask, 8), np.minimum(slow, mask), atol=2e-3)


def test_each_side_is_drawn_in_or_out_by_itself() -> None:
    box = np.zeros((60, 80), np.float32)
    box[20:40, 30:60] = 1

    def edges(top: float, bottom: float, left: float, right: float) -> tuple[int, int, int, int]:
        y, x = np.nonzero(eroded_sides(box, top, bottom, left, right))
        assert len(y) == (y.max() - y.min() + 1) * (x.max() - x.min() + 1)
        return int(y.min()), int(y.max()) + 1, int(x.min()), int(x.max()) + 1

    assert edges(0, 0, 0, 0) == (20, 40, 30, 60)
    assert edges(3, 0, 0, 0) == (23, 40, 30, 60)
    assert edges(0, 4, 0, 0) == (20, 36, 30, 60)
    assert edges(0, 0, 5, 0) == (20, 40, 35, 60)
    assert edges(0, 0, 0, 6.3) == (20, 40, 30, 54)
    assert edges(-3, -4, -5, -6) == (17, 44, 25, 66)
    assert edges(3, -4, -5, 6) == (23, 44, 25, 54)


def test_the_threshold_cuts_off_below_and_fills_above() -> None:
    values = np.array([[0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1]], np.float32)
    np.testing.assert_allclose(thresholded(values, 0.2)[0], [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1], atol=1e-6)
    np.testing.assert_array_equal(thresholded(values, 0), values)
    assert thresholded(values, 0.5)[0, [0, 3, 5, 8]].tolist() == [0, 0, 1, 1]

import numpy as np
import pytest

from omote.cast.grid import Indices, sheet
from omote.cast.raster import Samples, rasterise
from omote.core.types import Floats

SHAPE = (40, 50)


def triangle(*corners: tuple[float, float, float]) -> Floats:
    return np.array(corners, np.float32)


def one(count: int = 1) -> Indices:
    return np.arange(3 * count).reshape(-1, 3)


def covered(samples: Samples) -> np.ndarray:
    picture = np.zeros(SHAPE, bool)
    picture.ravel()[samples.pixel] = True
    return picture


def test_a_triangle_covers_the_samples_whose_middle_it_holds() -> None:
    points = triangle((3.2, 2.1, 0), (10.7, 35.3, 0), (44.6, 12.9, 0))
    y, x = np.mgrid[0:40, 0:50] + 0.5
    inside = np.ones(SHAPE, bool)
    for k in range(3):
        (x0, y0, _), (x1, y1, _) = points[k], points[(k + 1) % 3]
        inside &= (x - x0) * (y1 - y0) - (y - y0) * (x1 - x0) >= 0
    assert (covered(rasterise(points, one(), SHAPE)) == inside).all()


def test_what_is_seen_from_behind_is_left_out() -> None:
    points = triangle((3, 2, 0), (44, 12, 0), (10, 35, 0))
    assert len(rasterise(points, one(), SHAPE).pixel) == 0


def test_the_nearer_triangle_wins_everywhere_it_is() -> None:
    far = triangle((3, 2, 1), (10, 35, 1), (44, 12, 1))
    near = far + np.array([2, 1, 1], np.float32)
    samples = rasterise(np.concatenate([near, far]), one(2), SHAPE)
    alone = covered(rasterise(near, one(), SHAPE))
    assert (covered(samples.only(samples.face == 0)) == alone).all()
    assert (samples.face == 1).sum() > 0
    assert len(np.unique(samples.pixel)) == len(samples.pixel)


def test_a_net_of_triangles_has_no_holes_and_no_doubles() -> None:
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.linspace(-3, 53, 24), np.linspace(-3, 43, 19))
    points = np.stack([x + rng.uniform(-0.9, 0.9, x.shape), y + rng.uniform(-0.9, 0.9, x.shape), x], axis=2)
    samples = rasterise(points.reshape(-1, 3).astype(np.float32), sheet(19, 24), SHAPE)
    assert covered(samples).all()
    assert len(samples.pixel) == SHAPE[0] * SHAPE[1]


def test_values_are_blended_between_corners() -> None:
    points = triangle((3, 2, 0), (10, 35, 0), (44, 12, 0))
    samples = rasterise(points, one(), SHAPE)
    x, y = samples.of(points.T[:2], one())
    row, column = np.divmod(samples.pixel, SHAPE[1])
    assert x == pytest.approx(column + 0.5, abs=1e-3)
    assert y == pytest.approx(row + 0.5, abs=1e-3)
    assert samples.weights.sum(axis=0) == pytest.approx(np.ones(len(row)), abs=1e-5)


def test_what_is_not_there_shows_what_lies_behind() -> None:
    far = triangle((3, 2, 1), (10, 35, 1), (44, 12, 1))
    both = np.concatenate([far + np.array([0, 0, 1], np.float32), far])
    samples = rasterise(both, one(2), SHAPE, lambda found: (found.face == 1) | (found.pixel % 2 == 0))
    even = samples.pixel % 2 == 0
    assert (samples.face[even] == 0).all()
    assert (samples.face[~even] == 1).all()


def test_what_lies_outside_is_cut_off() -> None:
    points = triangle((-500, -400, 0), (-300, 900, 0), (800, 30, 0))
    samples = rasterise(points, one(), SHAPE)
    assert samples.pixel.min() >= 0
    assert samples.pixel.max() < SHAPE[0] * SHAPE[1]


def test_slivers_never_reach_outside_themselves() -> None:
    rng = np.random.default_rng(0)
    start = rng.uniform(700, 890, (4000, 1, 2))
    along = rng.normal(size=(4000, 1, 2)) * np.array([0, 4, 9]).reshape(1, 3, 1)
    corners = start + along + rng.normal(size=(4000, 3, 2)) * 10.0 ** rng.uniform(-7, -1, (4000, 1, 1))
    points = np.concatenate([corners, np.ones((4000, 3, 1))], 2).reshape(-1, 3).astype(np.float32)
    faces = np.arange(len(points)).reshape(-1, 3)
    samples = rasterise(np.concatenate([points, points]), np.concatenate([faces, faces[:, ::-1]]), (900, 900))
    assert len(samples.face) > 100
    assert samples.weights.min() >= 0
    np.testing.assert_allclose(samples.weights.sum(axis=0), 1, atol=1e-6)

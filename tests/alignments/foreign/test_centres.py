import numpy as np

from omote.alignments.foreign.centres import from_centres, map_from_centres, map_to_centres, to_centres
from omote.imaging.geometry import transform


def test_points_come_back_as_the_float32_they_were() -> None:
    rng = np.random.default_rng(0)
    near = rng.uniform(-4000, 8000, (100_000, 2)).astype(np.float32)
    small = (rng.uniform(-1, 1, (100_000, 2)) * 2.0 ** rng.integers(-29, 20, (100_000, 2))).astype(np.float32)
    tiny = (small * 2.0**-40).astype(np.float32)
    exact = np.where(np.abs(small) < 2.0**-30, np.float32(0), small)
    for points in (near, exact):
        np.testing.assert_array_equal(from_centres(to_centres(points)), points)
    np.testing.assert_allclose(from_centres(to_centres(tiny)), tiny, rtol=0, atol=2**-53)


def test_the_first_pixel_s_centre_is_zero_there_and_a_half_here() -> None:
    np.testing.assert_array_equal(from_centres([[0, 0], [3, 1]]), [[0.5, 0.5], [3.5, 1.5]])


def test_a_map_leads_the_same_spot_to_the_same_spot() -> None:
    theirs = np.array([[2.0, 0.3, 7.0], [-0.3, 2.0, 1.0]])
    points = np.random.default_rng(1).uniform(0, 99, (50, 2)).astype(np.float32)
    ours = transform(from_centres(points), map_from_centres(theirs))
    np.testing.assert_allclose(ours, from_centres(transform(points, theirs)), atol=1e-4)
    np.testing.assert_allclose(map_to_centres(map_from_centres(theirs)), theirs, rtol=1e-14)

import numpy as np
import pytest
from scipy.ndimage import shift

from omote.core.types import Floats
from omote.imaging.motion import brought_back, motion_blurred, trail


def picture() -> Floats:
    y, x = np.mgrid[0:40, 0:50]
    return np.asarray(0.5 + 0.3 * np.sin(x / 3) * np.cos(y / 4), np.float32)


@pytest.mark.parametrize("way", [(9, 0), (0, -6), (5.5, 3.25), (-4, 7), (0.4, 0.2)])
def test_it_is_the_mean_of_the_picture_at_many_moments(way: tuple[float, float]) -> None:
    moments = (np.arange(400) + 0.5) / 400 - 0.5
    seen = [shift(picture(), (way[1] * at, way[0] * at), order=1, mode="nearest") for at in moments]
    blurred = motion_blurred(picture(), np.array(way, np.float32))
    inner = (slice(6, -6), slice(6, -6))
    np.testing.assert_allclose(blurred[inner], np.mean(seen, 0)[inner], atol=4e-3)


def test_the_kernel_lies_along_the_way_and_keeps_brightness() -> None:
    kernel = trail(np.array([6, 0], np.float32))
    assert kernel.shape == (1, 7)
    np.testing.assert_allclose(kernel[0, 1:-1], 1 / 6, atol=2e-3)
    np.testing.assert_allclose(kernel[0, [0, -1]], 1 / 12, atol=1 / 50)
    assert trail(np.array([3.3, -8.1], np.float32)).sum() == pytest.approx(1)


def test_what_stands_still_stays_as_it_is() -> None:
    still = picture()
    assert motion_blurred(still, np.zeros(2, np.float32)) is still


def test_what_moved_is_brought_back_to_where_it_was() -> None:
    y, x = np.mgrid[0:40, 0:50]
    motion = np.stack([2.5 + 0.05 * y, -1.25 + 0.03 * x], -1).astype(np.float32)
    later = picture()
    back = brought_back(later, motion)
    exact = 0.5 + 0.3 * np.sin((x + motion[..., 0]) / 3) * np.cos((y + motion[..., 1]) / 4)
    np.testing.assert_allclose(back[4:-4, 4:-8], exact[4:-4, 4:-8], atol=6e-3)
    coloured = brought_back(np.repeat(later[..., None], 3, 2), motion)
    np.testing.assert_allclose(coloured[..., 1], back, atol=1e-6)

import numpy as np
import pytest

from omote.core.types import Floats
from omote.imaging.sharpening import Sharpening, sharpened


def picture() -> Floats:
    return (0.3 + 0.4 * np.random.default_rng(0).random((20, 24, 3))).astype(np.float32)


def explicit(values: Floats, kernel: Floats) -> Floats:
    """A blur as a plain sum over each pixel's neighbours; the picture goes on as at its edge."""
    reach = len(kernel) // 2
    framed = np.pad(values.astype(np.float64), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    out = np.zeros(values.shape)
    for y, x in np.ndindex(kernel.shape):
        out += kernel[y, x] * framed[y : y + values.shape[0], x : x + values.shape[1]]
    return out.astype(np.float32)


def gaussian(sigma: float) -> Floats:
    line = np.exp(-(np.arange(-8, 9) ** 2) / (2 * sigma**2))
    return np.asarray(np.outer(line, line) / line.sum() ** 2, np.float32)


@pytest.mark.parametrize(("kind", "kernel"), [("box", np.full((5, 5), 1 / 25)), ("gaussian", gaussian(2.0))])
def test_so_much_of_the_detail_is_added(kind: Sharpening, kernel: Floats) -> None:
    before = picture()
    slow = np.clip(before + 0.7 * (before - explicit(before, kernel)), 0, 1)
    np.testing.assert_allclose(sharpened(before, kind, 2, 0.7), slow, atol=1e-3)


def test_unsharp_leaves_little_detail_and_lifts_much() -> None:
    before = picture()
    detail = before - explicit(before, gaussian(2.0))
    after = sharpened(before, "unsharp", 2, 0.7, 0.05)
    little, much = np.abs(detail) < 0.049, np.abs(detail) > 0.051
    assert 0.1 < little.mean() < 0.9
    np.testing.assert_array_equal(after[little], before[little])
    np.testing.assert_allclose(after[much], np.clip(before + 0.7 * detail, 0, 1)[much], atol=1e-3)


def test_no_amount_changes_nothing() -> None:
    np.testing.assert_allclose(sharpened(picture(), "gaussian", 2, 0), picture(), atol=1e-7)

import cv2
import numpy as np
import pytest
import torch

from omote.faceset.contrast import Contrast, equalised


def scene(side: int, count: int = 3) -> torch.Tensor:
    """(count, side, side) lightness 0..100: smooth, with detail and a dark half."""
    y, x = np.mgrid[:side, :side] / side
    faces = [
        40 + 25 * np.sin(9 * x + n) * np.cos(7 * y) + 10 * np.sin(40 * x * y) - 20 * (x > 0.6) for n in range(count)
    ]
    return torch.from_numpy(np.clip(faces, 0, 100)).float()


def slow_clahe(lightness: np.ndarray, grid: int) -> np.ndarray:
    """Contrast-limited equalisation pixel by pixel: tiles of any width, bars cut at twice their mean."""
    side = len(lightness)
    levels = np.rint(lightness.astype(np.float32) * np.float32(2.55)).astype(int)
    tile = [int((i + 0.5) / side * grid) for i in range(side)]
    curves = {}
    for row in range(grid):
        for column in range(grid):
            inside = [levels[i, j] for i in range(side) for j in range(side) if (tile[i], tile[j]) == (row, column)]
            bars = np.bincount(inside, minlength=256).astype(np.float64)
            limit = max(1, int(len(inside) * 2.0 / 256))
            over = np.maximum(bars - limit, 0).sum()
            curves[row, column] = np.cumsum(np.minimum(bars, limit) + over / 256) * 100 / len(inside)
    out = np.zeros((side, side))
    for i in range(side):
        for j in range(side):
            y, x = (min(max((k + 0.5) / side * grid - 0.5, 0), grid - 1) for k in (i, j))
            top, left = int(y), int(x)
            for row, tall in ((top, 1 - (y - top)), (min(top + 1, grid - 1), y - top)):
                for column, wide in ((left, 1 - (x - left)), (min(left + 1, grid - 1), x - left)):
                    out[i, j] += tall * wide * curves[row, column][levels[i, j]]
    return out


def test_it_is_the_slow_exact_version_with_a_grid_for_every_face() -> None:
    faces = scene(45)
    made = equalised(faces, Contrast(torch.ones(3), torch.tensor([0.0, 1.0, 4.0])), 4)
    for face, grid in enumerate((2, 3, 6)):
        np.testing.assert_allclose(made[face].numpy(), slow_clahe(faces[face].numpy(), grid), atol=0.02)


@pytest.mark.parametrize(("side", "step", "grid"), [(96, 0, 2), (512, 0, 4), (512, 2, 8)])
def test_opencv_gives_nearly_the_same(side: int, step: int, grid: int) -> None:
    faces = scene(side, 1)
    made = equalised(faces, Contrast(torch.ones(1), torch.tensor([float(step)])), 4)[0].numpy() * 2.55
    other = cv2.createCLAHE(2.0, (grid, grid)).apply(np.rint(faces[0].numpy() * 2.55).astype(np.uint8))
    # OpenCV shares out what is cut in whole pixels, the dark levels first, which in tiles of few pixels shows; and it
    # interpolates half a pixel further to the bottom right.
    assert np.abs(made - other).mean() < 1.0
    assert np.quantile(np.abs(made - other), 0.99) < 4


def test_only_the_chosen_are_changed() -> None:
    faces = scene(40)
    made = equalised(faces, Contrast(torch.tensor([0.0, 1, 0]), torch.zeros(3)), 1)
    assert torch.equal(made[0], faces[0])
    assert torch.equal(made[2], faces[2])
    assert made[1].std() > 1.1 * faces[1].std()


def test_a_flat_face_and_the_ends_of_the_scale_stay_finite() -> None:
    for value in (0.0, 50.0, 100.0, 130.0, -10.0):
        made = equalised(torch.full((1, 20, 20), value), Contrast(torch.ones(1), torch.zeros(1)), 8)
        assert made.isfinite().all()
        assert 0 <= made.min() <= made.max() <= 100.001

import numpy as np
import pytest
import torch

from omote.training.losses.colour import lab, linear, opponent, rgb_of, xyz, xyz_of


@pytest.mark.parametrize(
    ("rgb", "known"),
    [
        ((1, 1, 1), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 1, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 1), (32.30, 79.19, -107.86)),
        ((0.5, 0.5, 0.5), (53.39, 0, 0)),
    ],
)
def test_lab_of_known_colours(rgb: tuple[float, ...], known: tuple[float, ...]) -> None:
    picture = torch.tensor(rgb, dtype=torch.float32)[None, :, None, None]
    np.testing.assert_allclose(lab(xyz(linear(picture))).flatten(), known, atol=0.02)


def test_the_ways_there_and_back_cancel() -> None:
    light = torch.rand(2, 3, 5, 5)
    torch.testing.assert_close(rgb_of(xyz_of(opponent(xyz(light)))), light, atol=1e-5, rtol=0)


def test_white_is_one_in_xyz_and_a_hundred_in_ycxcz() -> None:
    white = torch.ones(1, 3, 1, 1)
    torch.testing.assert_close(xyz(white), white)
    torch.testing.assert_close(opponent(white).flatten(), torch.tensor([100.0, 0, 0]))

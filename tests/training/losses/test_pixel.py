from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from omote.training.losses.pixel import Largest, logcosh, mae, mse, smooth
from omote.training.losses.term import ErrorMap
from tests.training.losses.fakes import Doubles, doubles

TRUTHS: list[tuple[ErrorMap, Callable[[Doubles], Doubles]]] = [
    (mse, lambda d: d**2),
    (mae, lambda d: np.abs(d)),
    (logcosh, lambda d: np.log(np.cosh(d))),
    (smooth, lambda d: (np.sqrt((d * 255) ** 2 + 1) - 1) / 255),
]


@pytest.mark.parametrize(("error", "truth"), TRUTHS)
def test_each_pixel_has_the_error_of_the_definition(
    error: ErrorMap, truth: Callable[[Doubles], Doubles], pictures: tuple[Tensor, Tensor]
) -> None:
    first, second = pictures
    true = truth(doubles(first) - doubles(second))
    np.testing.assert_allclose(doubles(error(first, second)), true, rtol=1e-5, atol=1e-8)


def test_logcosh_of_small_errors_is_half_the_square() -> None:
    small = torch.tensor([1e-4, 3e-4])
    torch.testing.assert_close(logcosh(small, torch.zeros(2)), small.square() / 2, rtol=1e-5, atol=0)


def test_smooth_follows_the_absolute_error_far_off_and_is_round_near_nought() -> None:
    large = torch.tensor([0.5])
    assert abs(smooth(large, torch.zeros(1)) - large) < 1 / 255
    error = torch.tensor([1e-3], requires_grad=True)
    (slope,) = torch.autograd.grad(smooth(error, torch.zeros(1)).sum(), error)
    assert slope.item() == pytest.approx(1e-3 * 255 / np.sqrt((1e-3 * 255) ** 2 + 1), rel=1e-4)


def test_the_largest_error_is_found_whichever_axis_it_lies_on() -> None:
    true, weight = torch.zeros(2, 3, 5, 9), torch.ones(2, 1, 5, 9)
    made = true.clone()
    made[0, 1, 4, 7], made[0, 0, 0, 0] = -0.75, 0.5
    made[1, 2, 0, 8] = 0.25
    weight[1, 0, 0, 8] = 2
    torch.testing.assert_close(Largest()(made, true, weight), torch.tensor([0.75, 0.5]))

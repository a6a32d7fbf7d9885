import numpy as np
import pytest
import torch
from torch import Tensor

from omote.training.losses.frequency import Frequency
from tests.training.losses.fakes import alike, doubles


@pytest.mark.parametrize(("height", "width"), [(12, 16), (13, 15)])
def test_the_error_is_what_the_definition_says(height: int, width: int) -> None:
    first, second = alike(2, height, width, seed=4)
    weight = torch.rand(2, 1, height, width)
    x, y = (doubles(picture) * np.sqrt(doubles(weight)) for picture in (first, second))
    rows = np.exp(-2j * np.pi * np.outer(np.arange(height), np.arange(height)) / height)
    columns = np.exp(-2j * np.pi * np.outer(np.arange(width), np.arange(width)) / width)
    apart = np.abs(rows @ (x - y) @ columns) / np.sqrt(height * width)
    focus = apart / apart.max((2, 3), keepdims=True)
    np.testing.assert_allclose(doubles(Frequency()(first, second, weight)), (focus * apart**2).mean((1, 2, 3)), 1e-5)


def test_the_focus_is_a_fixed_weight() -> None:
    # Of one wave, whose focus is 1, the slope is that of the squared error; a focus that moved would add to it.
    wave = torch.cos(torch.arange(16) * (2 * np.pi * 3 / 16)).expand(1, 1, 16, 16) * 0.1
    true, weight = torch.zeros(1, 1, 16, 16), torch.ones(1, 1, 16, 16)
    made = wave.clone().requires_grad_()
    (slope,) = torch.autograd.grad(Frequency()(made, true, weight).sum(), made)
    torch.testing.assert_close(slope, 2 * wave / 256, atol=1e-7, rtol=1e-4)


def test_weights_count_as_they_do_in_the_mean_square(pictures: tuple[Tensor, Tensor], weight: Tensor) -> None:
    # Were every frequency in focus, the two would be the same (Parseval); so this one is never more.
    square = ((pictures[0] - pictures[1]).square() * weight).mean((1, 2, 3))
    error = Frequency()(*pictures, weight)
    assert (error < square).all()
    assert (error > 0.1 * square).all()
    torch.testing.assert_close(Frequency()(*pictures, 4 * weight), 4 * error)

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from omote.training.losses.gradients import Deviation, gradient_difference, gradient_similarity
from tests.training.losses.fakes import Doubles, doubles


def test_gradient_difference_is_what_the_definition_says(pictures: tuple[Tensor, Tensor]) -> None:
    first, second = (doubles(picture) for picture in pictures)
    true = np.zeros_like(first)
    for face, channel, row, column in np.ndindex(first.shape):
        here, other = first[face, channel], second[face, channel]
        if row:
            up = abs(here[row, column] - here[row - 1, column]), abs(other[row, column] - other[row - 1, column])
            true[face, channel, row, column] += abs(up[0] - up[1])
        if column:
            left = abs(here[row, column] - here[row, column - 1]), abs(other[row, column] - other[row, column - 1])
            true[face, channel, row, column] += abs(left[0] - left[1])
    np.testing.assert_allclose(doubles(gradient_difference(*pictures)), true, atol=1e-6)


def test_gradient_difference_sees_edges_of_either_direction() -> None:
    flat, rows, columns = (torch.zeros(1, 3, 6, 8) for _ in range(3))
    rows[:, :, 3:], columns[..., 4:] = 1, 1
    assert set(map(tuple, gradient_difference(rows, flat)[0, 0].nonzero().tolist())) == {(3, x) for x in range(8)}
    assert gradient_difference(rows, flat).sum() == 3 * 8
    assert gradient_difference(columns, flat).sum() == 3 * 6


def slow_similarity(first: Tensor, second: Tensor) -> Doubles:
    prewitt = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]) / 3
    magnitudes = []
    for picture in (first, second):
        grey = np.tensordot([0.299, 0.587, 0.114], doubles(picture), (0, 0))
        grey = grey[: grey.shape[0] // 2 * 2, : grey.shape[1] // 2 * 2]
        small = grey.reshape(grey.shape[0] // 2, 2, grey.shape[1] // 2, 2).mean((1, 3))
        down, across = (ndimage.correlate(small, kernel, mode="nearest") for kernel in (prewitt, prewitt.T))
        magnitudes.append(np.hypot(down, across))
    one, other = magnitudes
    return np.asarray((2 * one * other + 0.0026) / (one**2 + other**2 + 0.0026))


def test_gradient_similarity_and_its_deviation_are_what_the_definition_says(pictures: tuple[Tensor, Tensor]) -> None:
    first, second = pictures
    for face in range(2):
        true = slow_similarity(first[face], second[face])
        np.testing.assert_allclose(doubles(gradient_similarity(first, second)[face, 0]), true, atol=2e-5)
        everywhere = Deviation()(first, second, torch.ones(2, 1, 37, 44))[face].item()
        assert everywhere == pytest.approx(true.std(), abs=1.1e-4)


def test_the_deviation_is_that_of_the_pixels_that_count() -> None:
    first, second = torch.rand(2, 1, 3, 40, 40)
    half = torch.zeros(1, 1, 40, 40)
    half[..., :20] = 0.5
    true = slow_similarity(first[0], second[0])[:, :10].std()
    assert Deviation()(first, second, half).item() == pytest.approx(0.25 * true, abs=1e-4)

import numpy as np
import pytest
import torch
from scipy import ndimage

from omote.training.losses.windows import Edge, by_matrices, by_taps, filtered, gaussian
from tests.training.losses.fakes import doubles

DOWN, ACROSS = (0.1, 0.2, 0.4, -0.3, 0.6), (0.5, -0.25, 0.125)


@pytest.mark.parametrize("edge", ["reflect", "replicate"])
def test_both_ways_give_the_correlation_of_the_definition(edge: Edge) -> None:
    picture = torch.rand(1, 1, 9, 14)
    true = ndimage.correlate(
        doubles(picture[0, 0]), np.outer(DOWN, ACROSS), mode="mirror" if edge == "reflect" else "nearest"
    )
    for way in (by_matrices, by_taps, filtered):
        np.testing.assert_allclose(doubles(way(picture, DOWN, ACROSS, edge)[0, 0]), true, atol=1e-6)


def test_gradients_of_both_ways_agree() -> None:
    picture = torch.rand(2, 3, 8, 8, requires_grad=True)
    upstream = torch.rand(2, 3, 8, 8)
    slopes = [
        torch.autograd.grad((way(picture, DOWN, ACROSS, "reflect") * upstream).sum(), picture)[0]
        for way in (by_matrices, by_taps)
    ]
    torch.testing.assert_close(*slopes)


def test_a_bell_has_sum_one_and_the_given_spread() -> None:
    bell = np.array(gaussian(1.5, 8))
    assert bell.sum() == pytest.approx(1)
    assert bell @ np.arange(-8, 9) ** 2 == pytest.approx(1.5**2, rel=1e-3)

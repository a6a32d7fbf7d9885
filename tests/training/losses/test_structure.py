import numpy as np
import pytest
import torch
from torch import Tensor

from omote.training.losses.structure import MultiScale, dissimilarity, ssim
from tests.training.losses.fakes import Doubles, alike, doubles

C1, C2 = 1e-4, 9e-4
EXPONENTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])


def slow(first: Doubles, second: Doubles) -> tuple[Doubles, Doubles]:
    """Light and structure of (C, H, W) around each pixel by the definition: moments under an 11 px gaussian window."""
    line = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    window = np.outer(line, line) / line.sum() ** 2
    x, y = (np.pad(picture, ((0, 0), (5, 5), (5, 5)), mode="reflect") for picture in (first, second))
    light, structure = np.zeros_like(first), np.zeros_like(first)
    for channel, row, column in np.ndindex(first.shape):
        a, b = (at[channel, row : row + 11, column : column + 11] for at in (x, y))
        mean_a, mean_b = (a * window).sum(), (b * window).sum()
        covariance = ((a - mean_a) * (b - mean_b) * window).sum()
        variances = ((a - mean_a) ** 2 * window).sum() + ((b - mean_b) ** 2 * window).sum()
        light[channel, row, column] = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
        structure[channel, row, column] = (2 * covariance + C2) / (variances + C2)
    return light, structure


def halved(picture: Doubles) -> Doubles:
    height, width = (side // 2 * 2 for side in picture.shape[-2:])
    even = picture[..., :height, :width]
    return np.asarray((even[..., ::2, ::2] + even[..., 1::2, ::2] + even[..., ::2, 1::2] + even[..., 1::2, 1::2]) / 4)


def test_ssim_is_what_the_definition_says() -> None:
    first, second = alike(1, 17, 20, seed=3)
    light, structure = slow(doubles(first[0]), doubles(second[0]))
    np.testing.assert_allclose(doubles(ssim(first, second)[0]), light * structure, atol=3e-5)


def test_equal_pictures_have_ssim_one() -> None:
    picture = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(ssim(picture, picture), torch.ones_like(picture))
    assert dissimilarity(picture, picture).abs().max() < 1e-6


@pytest.mark.parametrize(("side", "scales"), [(12, 1), (22, 2), (44, 3)])
def test_ms_ssim_is_what_the_definition_says_at_as_many_scales_as_fit(side: int, scales: int) -> None:
    first, second = alike(1, side, side + 3, seed=side)
    weight = torch.rand(1, 1, side, side + 3)
    x, y, w = doubles(first[0]), doubles(second[0]), doubles(weight[0])
    exponents = EXPONENTS[:scales] / EXPONENTS[:scales].sum()
    product = np.ones(3)
    for scale, exponent in enumerate(exponents, 1):
        light, structure = slow(x, y)
        values = light * structure if scale == scales else structure
        product *= ((values * w).sum((1, 2)) / w.sum()) ** exponent
        # A weight stands for the area of a coarse pixel; alike's odd last column falls away with its picture's.
        x, y, w = halved(x), halved(y), area_shrunk(doubles(weight[0]), halved(x).shape[1:])
    measured = MultiScale()(first, second, weight)
    np.testing.assert_allclose(doubles(measured), (1 - product).mean() * doubles(weight).mean(), atol=2e-5)


def area_shrunk(weight: Doubles, size: tuple[int, ...]) -> Doubles:
    small = np.zeros((1, *size))
    for row, column in np.ndindex(*size):
        top, left = (at * side // n for at, side, n in zip((row, column), weight.shape[1:], size, strict=True))
        bottom, right = (
            -(-(at + 1) * side // n) for at, side, n in zip((row, column), weight.shape[1:], size, strict=True)
        )
        small[0, row, column] = weight[0, top:bottom, left:right].mean()
    return small


def test_ms_ssim_of_opposite_pictures_has_a_finite_slope_that_leads_to_likeness() -> None:
    true = torch.rand(1, 3, 48, 48)
    made = (1 - true).requires_grad_()
    error = MultiScale()(made, true, torch.ones(1, 1, 48, 48)).sum()
    (slope,) = torch.autograd.grad(error, made)
    assert slope.isfinite().all()
    nearer = made.detach() - 1e-2 * slope / slope.abs().max()
    assert MultiScale()(nearer, true, torch.ones(1, 1, 48, 48)).sum() < error


def test_bf16_faces_are_compared_in_full_precision_once_they_are_float32() -> None:
    first, second = alike(1, 32, 32, seed=1)
    rounded: Tensor = first.bfloat16().float()
    assert (ssim(rounded, second) - ssim(first, second)).abs().max() < 0.05

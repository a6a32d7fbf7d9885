import numpy as np
import pytest
import torch
from torch import Tensor

from omote.faceset.augment import Batch
from omote.models.base import Decoded
from omote.training.config import LossConfig
from omote.training.losses import ssim, swap_loss


def slow_ssim(first: Tensor, second: Tensor) -> Tensor:
    """Each pixel by the definition: moments under an 11 px gaussian window."""
    offsets = np.arange(-5, 6)
    line = np.exp(-(offsets**2) / 4.5)
    window = torch.from_numpy(np.outer(line, line) / line.sum() ** 2).float()
    pad = torch.nn.ReflectionPad2d(5)
    x, y = pad(first[None])[0], pad(second[None])[0]
    out = torch.zeros_like(first)
    for row in range(first.shape[1]):
        for column in range(first.shape[2]):
            a, b = (at[:, row : row + 11, column : column + 11] for at in (x, y))
            mean_a, mean_b = (a * window).sum((1, 2)), (b * window).sum((1, 2))
            centred_a, centred_b = a - mean_a[:, None, None], b - mean_b[:, None, None]
            variance_a, variance_b = (centred_a**2 * window).sum((1, 2)), (centred_b**2 * window).sum((1, 2))
            covariance = (centred_a * centred_b * window).sum((1, 2))
            light = (2 * mean_a * mean_b + 1e-4) / (mean_a**2 + mean_b**2 + 1e-4)
            out[:, row, column] = light * (2 * covariance + 9e-4) / (variance_a + variance_b + 9e-4)
    return out


def test_ssim_is_what_the_definition_says() -> None:
    torch.manual_seed(0)
    first, second = torch.rand(2, 3, 17, 20)
    torch.testing.assert_close(ssim(first[None], second[None])[0], slow_ssim(first, second), atol=2e-4, rtol=0)


def test_equal_pictures_have_ssim_one() -> None:
    picture = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(ssim(picture, picture), torch.ones_like(picture))


def batch(mask: Tensor) -> Batch:
    torch.manual_seed(1)
    target = torch.rand(1, 3, 16, 16)
    return Batch(target, target, mask)


def test_the_loss_is_zero_when_all_is_right_and_not_otherwise() -> None:
    true = batch(torch.ones(1, 1, 16, 16))
    assert swap_loss(Decoded(true.target, None), true, LossConfig()).item() == pytest.approx(0, abs=1e-6)
    assert swap_loss(Decoded(true.target * 0.8, None), true, LossConfig()).item() > 0.01


def test_pixels_count_as_their_mask_says() -> None:
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., :8] = 1
    true, config = batch(mask), LossConfig(ssim=0, outside=0.25)
    inside, outside = true.target.clone(), true.target.clone()
    inside[..., 2] += 0.1
    outside[..., 12] += 0.1
    one, other = (swap_loss(Decoded(face, None), true, config).item() for face in (inside, outside))
    assert one == pytest.approx(0.01 / 16, rel=1e-3)
    assert other == pytest.approx(one / 4, rel=1e-3)


def test_the_learnt_mask_is_compared_with_the_true_one() -> None:
    true = batch(torch.ones(1, 1, 16, 16))
    wrong = Decoded(true.target, torch.full((1, 1, 16, 16), 0.5))
    assert swap_loss(wrong, true, LossConfig(learned_mask=2)).item() == pytest.approx(0.5, abs=1e-5)

import pytest
import torch
from torch import nn

from omote.models.phaze_a.upscale import LevelUpscalerName, Noise, enlarged, upscaler


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("subpixel", 9 * 16 * 32 + 32),
        ("upscale_fast", 9 * 16 * 32 + 32 + 9 * 16 * 8 + 8),
        ("upscale_hybrid", 9 * 16 * 16 + 16 + 9 * 16 * 4 + 4),
        ("resize_images", 2 * (9 * 16 * 8 + 8)),
        ("upscale_dny", 9 * 16 * 8 + 8 + 9 * 8 * 8 + 8),
    ],
)
def test_each_way_doubles_the_size_with_its_weights(name: LevelUpscalerName, count: int) -> None:
    layer = upscaler(name, 16, 8)
    assert layer(torch.rand(2, 16, 3, 3)).shape == (2, 8, 6, 6)
    assert parameters(layer) == count


def test_one_doubling_repeats_pixels_and_several_are_bilinear_at_once() -> None:
    x = torch.tensor([[[[1.0, 2.0]]]])
    assert torch.equal(enlarged(1)(x), torch.tensor([[[[1.0, 1.0, 2.0, 2.0]] * 2]]))
    assert torch.allclose(enlarged(2)(x)[0, 0, 0], torch.tensor([1, 1, 1.125, 1.375, 1.625, 1.875, 2, 2]))
    assert torch.equal(enlarged(0)(x), x)
    assert torch.allclose(enlarged(1)(-x), -0.1 * enlarged(1)(x))


def test_noise_is_of_training_alone_and_has_deviation_1() -> None:
    torch.manual_seed(0)
    x = torch.full((1, 4, 64, 64), 5.0)
    noisy = Noise()(x)
    assert abs(noisy.mean() - 5) < 0.03
    assert abs(noisy.std() - 1) < 0.03
    assert torch.equal(Noise().eval()(x), x)

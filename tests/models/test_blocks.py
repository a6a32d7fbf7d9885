import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from omote.models.blocks import (
    Bottleneck,
    InstanceNorm,
    Residual,
    UpFast,
    UpHybrid,
    UpResized,
    batch_norm,
    conv,
    dense,
    down,
    picture,
    quiet_uniform,
    separable_down,
    small_normal,
    stretch,
    up,
    up_stretched,
)  # fmt: skip


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (5, 1), (1, 1), (3, 2), (5, 2)])
def test_same_padding_as_keras_has_it(kernel: int, stride: int) -> None:
    layer = conv(2, 3, kernel, stride)
    inner = layer if isinstance(layer, torch.nn.Conv2d) else layer[1]  # type: ignore[index]
    x = torch.rand(1, 2, 8, 8)
    total = kernel - stride
    first = total // 2
    padded = functional.pad(x, (first, total - first, first, total - first))
    slow = functional.conv2d(padded, inner.weight, inner.bias, stride)
    torch.testing.assert_close(layer(x), slow)
    assert slow.shape == (1, 3, 8 // stride, 8 // stride)


def test_weights_start_he_and_glorot_uniform_and_biases_at_zero() -> None:
    torch.manual_seed(0)
    weight = dict(conv(64, 128, 3).named_parameters())["weight"]
    bound = math.sqrt(6 / (64 * 9))
    assert bound * 0.99 < weight.abs().max() <= bound
    layer = dense(300, 200)
    assert layer.weight.abs().max() <= math.sqrt(6 / 500)
    assert layer.weight.std().item() == pytest.approx(math.sqrt(2 / 500), rel=0.02)
    assert layer.bias.abs().max() == 0


def test_down_halves_and_up_doubles() -> None:
    x = torch.rand(2, 4, 8, 8)
    assert down(4, 6)(x).shape == (2, 6, 4, 4)
    assert up(4, 6)(x).shape == (2, 6, 16, 16)


def test_a_bottleneck_lets_only_its_width_through() -> None:
    block = Bottleneck(3 * 4 * 4, 5, outputs=6, side=2)
    out = block(torch.rand(50, 3, 4, 4))
    assert out.shape == (50, 6, 2, 2)
    assert torch.linalg.matrix_rank((out - out.mean(0)).flatten(1), rtol=1e-4) == 5


def test_other_laws_of_first_weights() -> None:
    torch.manual_seed(0)
    weight = torch.empty(64, 32, 3, 3)
    small_normal(weight)
    assert weight.std().item() == pytest.approx(0.02, rel=0.02)
    quiet_uniform(weight)
    assert weight.std().item() == pytest.approx(math.sqrt(0.2 / (32 * 9)), rel=0.02)
    assert weight.abs().max() <= math.sqrt(0.6 / (32 * 9))


def test_a_separable_down_filters_each_channel_and_then_mixes_them() -> None:
    torch.manual_seed(0)
    block, x = separable_down(3, 4), torch.rand(2, 3, 8, 8)
    filters, mix = (weight for weight in block.parameters() if weight.ndim == 4)
    padded = functional.pad(x, (1, 2, 1, 2))
    each = [functional.conv2d(padded[:, i : i + 1], filters[i : i + 1], stride=2) for i in range(3)]
    slow = torch.einsum("oi,bihw->bohw", mix[:, :, 0, 0], torch.cat(each, 1)).clamp(min=0)
    torch.testing.assert_close(block(x), slow)
    assert sum(weight.numel() for weight in block.parameters()) == 3 * 25 + 3 * 4 + 4


@pytest.mark.parametrize("factor", [2, 4])
@pytest.mark.parametrize("slope", [None, 0.2])
def test_up_lays_each_channel_s_outputs_out_as_sub_pixels(factor: int, slope: float | None) -> None:
    torch.manual_seed(0)
    block, x = up(2, 3, slope=slope, factor=factor), torch.rand(1, 2, 3, 3) - 0.5
    out, flat = block(x), block[0](x)
    for channel in range(3):
        for row in range(factor):
            for column in range(factor):
                one = flat[0, channel * factor**2 + row * factor + column]
                one = one if slope is None else functional.leaky_relu(one, slope)  # after the shuffle is as well
                assert torch.equal(out[0, channel, row::factor, column::factor], one)


def bilinear(plane: np.ndarray, factor: int) -> np.ndarray:
    # From the definition: pixel centres stand at half numbers, and beyond the outermost ones is what they are.
    at = [(i + 0.5) / factor - 0.5 for i in range(len(plane) * factor)]
    across = np.array([np.interp(at, range(plane.shape[1]), row) for row in plane])
    return np.array([np.interp(at, range(plane.shape[0]), column) for column in across.T]).T


@pytest.mark.parametrize("factor", [2, 4])
def test_stretch_is_bilinear_between_pixel_centres(factor: int) -> None:
    plane = torch.rand(5, 5)
    np.testing.assert_allclose(stretch(factor)(plane[None, None])[0, 0], bilinear(plane.numpy(), factor), atol=1e-6)


def let_pass(layer: Tensor) -> None:
    """Make a square convolution the identity."""
    with torch.no_grad():
        layer.zero_()
        for i in range(len(layer)):
            layer[i, i, layer.shape[2] // 2, layer.shape[3] // 2] = 1


def test_up_stretched_convolves_twice_behind_a_stretch() -> None:
    block, x = up_stretched(2, 2), torch.rand(1, 2, 4, 4) - 0.5
    for layer in (block[1], block[3]):
        let_pass(layer.weight)  # type: ignore[arg-type]
    once = functional.leaky_relu(stretch()(x), 0.2)
    torch.testing.assert_close(block(x), functional.leaky_relu(once, 0.2))
    assert up_stretched(3, 5)(torch.rand(2, 3, 4, 4)).shape == (2, 5, 8, 8)


@pytest.mark.parametrize("factor", [2, 4])
def test_a_hybrid_joins_sub_pixels_and_stretched_channels(factor: int) -> None:
    block, x = UpHybrid(2, 4, factor=factor), torch.rand(1, 2, 4, 4)
    let_pass(block.smooth[0].weight)  # type: ignore[arg-type]
    out = block(x)
    assert out.shape == (1, 4, 4 * factor, 4 * factor)
    assert torch.equal(out[:, :2], block.sharp(x))
    torch.testing.assert_close(out[:, 2:], stretch(factor)(x))


def test_a_fast_up_adds_sub_pixels_to_stretched_channels() -> None:
    block, x = UpFast(2, 2), torch.rand(1, 2, 4, 4)
    let_pass(block.smooth[0].weight)  # type: ignore[arg-type]
    torch.testing.assert_close(block(x), stretch()(x) + block.sharp(x))


def test_a_resized_up_undoes_a_same_convolution_of_stride_2() -> None:
    torch.manual_seed(0)
    block, x = UpResized(2, 3, slope=1), torch.rand(1, 2, 4, 4)
    made = block(x) - block.smooth(x)
    # By definition a transposed convolution is the adjoint: <down(y), x> = <y, up(x)>.
    down_again, y = conv(3, 2, 3, stride=2, bias=False), torch.rand(1, 3, 8, 8)
    with torch.no_grad():
        down_again[1].weight.copy_(block.sharp.weight)  # type: ignore[index]
    torch.testing.assert_close((down_again(y) * x).sum(), (y * made).sum())
    let_pass(block.smooth[1].weight[:2])  # type: ignore[index]
    torch.testing.assert_close((block(x) - made)[:, :2], stretch()(x))


@pytest.mark.parametrize("bias", [True, False])
def test_a_residual_block_adds_two_convolutions_and_begins_near_the_identity(bias: bool) -> None:
    torch.manual_seed(0)
    block, x = Residual(64, bias=bias), torch.randn(1, 64, 8, 8)
    first, last = (weight for weight in block.parameters() if weight.ndim == 4)
    change = functional.conv2d(functional.leaky_relu(functional.conv2d(x, first, padding=1), 0.2), last, padding=1)
    torch.testing.assert_close(block(x), functional.leaky_relu(x + change, 0.2))
    assert change.std() < 0.5 * x.std()
    assert sum(weight.numel() for weight in block.parameters()) == 2 * (64 * 64 * 9 + 64 * bias)


def test_an_instance_norm_takes_each_picture_as_a_whole() -> None:
    torch.manual_seed(0)
    block, x = InstanceNorm(), torch.randn(2, 3, 8, 8) * torch.tensor([[[[1.0]], [[2]], [[5]]], [[[3]], [[1]], [[7]]]])
    with torch.no_grad():
        block.weight.fill_(2)
        block.bias.fill_(0.5)
    slow = [2 * (each - each.mean()) / (each.std() + 1e-3) + 0.5 for each in x.double().numpy()]
    np.testing.assert_allclose(block(x).detach(), np.stack(slow), rtol=1e-4, atol=1e-5)
    assert sum(weight.numel() for weight in block.parameters()) == 2


def test_an_instance_norm_of_a_black_picture_has_a_slope() -> None:
    black = torch.zeros(1, 2, 4, 4, requires_grad=True)
    out = InstanceNorm()(black)
    out.square().sum().backward()
    assert out.abs().max() == 0
    assert black.grad is not None
    assert black.grad.isfinite().all()


def test_an_instance_norm_keeps_half_precision_and_counts_in_float32() -> None:
    x = torch.full((1, 2, 64, 64), 300.0) + torch.randn(1, 2, 64, 64)
    out = InstanceNorm()(x.half())
    assert out.dtype == torch.float16
    torch.testing.assert_close(out.float(), InstanceNorm()(x.half().float()), rtol=1e-2, atol=1e-2)


def test_a_batch_norm_moves_its_statistics_by_a_hundredth() -> None:
    block, x = batch_norm(2), torch.rand(8, 2, 4, 4) + 5
    out = block(x)
    assert block.running_mean is not None
    torch.testing.assert_close(block.running_mean, 0.01 * x.mean((0, 2, 3)))
    mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(out, (x - mean) / torch.sqrt(variance + 1e-3))


def test_a_picture_is_of_0_to_1_and_float32_whatever_its_layer_is() -> None:
    block, x = picture(2), 10 * torch.randn(1, 2, 8, 8)
    assert block(x).shape == (1, 3, 8, 8)
    torch.testing.assert_close(block(x), 1 / (1 + torch.exp(-block[0](x))))
    with torch.autocast("cpu", torch.bfloat16):
        made = block(x)
    assert made.dtype == torch.float32
    torch.testing.assert_close(made, block(x), atol=0.02, rtol=0)
    # bfloat16 has no shade between 1 - 2^-8 and 1.
    assert ((made > 1 - 2**-8) & (made < 1)).any()

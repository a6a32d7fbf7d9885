from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from omote.core.errors import SettingError
from omote.training.losses.lpips import Lpips, alexnet, vgg16
from tests.training.losses.fakes import Doubles, alike, doubles


def slow_convolution(x: Doubles, kernel: Doubles, bias: Doubles, stride: int, reach: int) -> Doubles:
    side = kernel.shape[-1]
    padded = np.pad(x, ((0, 0), (reach, reach), (reach, reach)))
    rows, columns = ((length + 2 * reach - side) // stride + 1 for length in x.shape[1:])
    out = np.empty((len(kernel), rows, columns))
    for row, column in np.ndindex(rows, columns):
        area = padded[:, row * stride : row * stride + side, column * stride : column * stride + side]
        out[:, row, column] = np.tensordot(kernel, area, 3) + bias
    return out


def slow_pooling(x: Doubles) -> Doubles:
    rows, columns = ((length - 3) // 2 + 1 for length in x.shape[1:])
    areas = [[x[:, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3].max((1, 2)) for c in range(columns)] for r in range(rows)]
    return np.array(areas).transpose(2, 0, 1)


def slow_features(picture: Doubles, folder: Path) -> list[Doubles]:
    layers = torch.load(folder / "alexnet-owt-7be5be79.pth", weights_only=True)
    shift, scale = (np.array(three)[:, None, None] for three in ((-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)))
    x, seen = (picture * 2 - 1 - shift) / scale, []
    for number, stride, reach in ((0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1)):
        x = slow_pooling(x) if number in (3, 6) else x
        kernel, bias = (doubles(layers[f"features.{number}.{part}"]) for part in ("weight", "bias"))
        x = np.maximum(slow_convolution(x, kernel, bias, stride, reach), 0)
        seen.append(x / (np.sqrt((x**2).sum(0)) + 1e-10))
    return seen


def test_the_distance_is_what_the_definition_says(all_weights: Path) -> None:
    first, second = alike(1, 47, 52, seed=7)
    lines = torch.load(all_weights / "alex.pth", weights_only=True)
    true = 0.0
    features = (slow_features(doubles(picture[0]), all_weights) for picture in (first, second))
    for number, (one, other) in enumerate(zip(*features, strict=True)):
        true += (doubles(lines[f"lin{number}.model.1.weight"])[0] * (one - other) ** 2).sum(0).mean()
    error = Lpips.at_hand()(first, second, torch.ones(1, 1, 47, 52))
    assert error.item() == pytest.approx(true, rel=1e-4)


def test_pixels_that_do_not_count_are_not_compared(all_weights: Path) -> None:
    true, _ = alike(1, 64, 64, seed=8)
    made, weight, measure = true.clone(), torch.zeros(1, 1, 64, 64), Lpips.at_hand()
    made[..., 50:] = 1 - made[..., 50:]
    weight[..., :4] = 1
    assert measure(made, true, weight) < 0.05 * measure(made, true, 1 - weight)


def test_slopes_reach_the_made_face_and_no_weight(all_weights: Path) -> None:
    made, true = alike(1, 48, 48, seed=9)
    measure = Lpips.at_hand()
    made.requires_grad_()
    measure(made, true, torch.ones(1, 1, 48, 48)).sum().backward()
    assert made.grad is not None
    assert made.grad.abs().max() > 0
    assert not any(weight.requires_grad for weight in measure.parameters())


def test_layers_bear_the_numbers_of_torchvisions_checkpoints() -> None:
    convolutions = {int(key.split(".")[1]) for key in vgg16().state_dict()}
    assert convolutions == {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28}
    assert vgg16().taps == (3, 8, 15, 22, 29)
    assert {int(key.split(".")[1]) for key in alexnet().state_dict()} == {0, 3, 6, 8, 10}


def test_vgg_looks_at_five_sizes() -> None:
    with torch.no_grad():
        maps = vgg16()(torch.rand(1, 3, 32, 32))
    assert [tuple(seen.shape[1:]) for seen in maps] == [
        (64, 32, 32),
        (128, 16, 16),
        (256, 8, 8),
        (512, 4, 4),
        (512, 2, 2),
    ]
    lengths = functional.relu(maps[0].square().sum(1).sqrt())
    torch.testing.assert_close(lengths[lengths > 0.5], torch.ones_like(lengths[lengths > 0.5]))


def test_without_weights_the_files_are_named(no_weights: Path) -> None:
    with pytest.raises(
        SettingError, match=r"alexnet-owt-7be5be79\.pth and alex\.pth, or vgg16-397923af\.pth and vgg\.pth"
    ):
        Lpips.at_hand()


@pytest.mark.parametrize("name", ["alexnet-owt-7be5be79.pth", "alex.pth"])
def test_damaged_or_wrong_weights_are_an_error_that_says_so(all_weights: Path, name: str) -> None:
    whole = (all_weights / name).read_bytes()
    (all_weights / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SettingError, match="damaged"):
        Lpips.at_hand()
    torch.save({"features.0.weight": torch.zeros(1)}, all_weights / name)
    with pytest.raises(SettingError, match="not the weights"):
        Lpips.at_hand()


def test_places_where_no_feature_fires_are_alike(all_weights: Path) -> None:
    made, true = alike(1, 48, 48, seed=20)
    measure = Lpips.at_hand()
    for weight in measure.trunk.parameters():
        weight.zero_()
    made.requires_grad_()
    error = measure(made, true, torch.ones(1, 1, 48, 48))
    (slope,) = torch.autograd.grad(error.sum(), made)
    assert not error.any()
    assert not slope.any()
